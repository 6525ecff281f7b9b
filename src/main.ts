import { banner } from "./banner.ts";
import { loadConfig, SECRET_VARIABLES, VARIABLES } from "./config.ts";
import { createLogger, isReadByAPerson, type ServerLogger } from "./logger.ts";
import { shieldProcess } from "./processes/mod.ts";
import { type RunningServer, startServer } from "./server/server.ts";
import { unknownVariables } from "./unknown_variables.ts";

/** Starts the server of this environment, and stops it gracefully at SIGTERM, SIGINT and SIGHUP. */
async function main(): Promise<void> {
  // No other user of this machine may read stored files, even in a directory that others may enter.
  process.umask(0o077);
  const starting = Promise.try(start);
  // Registered first: a signal during the start would end the process abruptly.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => {
      starting
        .then((server) => server.stop())
        .then(
          () => process.exit(0),
          () => process.exit(1),
        );
    });
  }
  try {
    await starting;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function start(): Promise<RunningServer> {
  const config = loadConfig(process.env);
  // A watched server is started again with the same environment, so there it has to stay.
  shieldProcess(process.execArgv.includes("--watch") ? [] : SECRET_VARIABLES);
  const logger = createLogger(config.logLevel);
  process.on("exit", () => logger.flush());
  warnOfUnknownVariables(logger);
  const server = await startServer(config, { logger });
  if (isReadByAPerson()) {
    logger.flush();
    process.stdout.write(banner(config, server));
  }
  return server;
}

function warnOfUnknownVariables(logger: ServerLogger): void {
  for (const { variable, similar } of unknownVariables(Object.keys(process.env), VARIABLES)) {
    const hint = similar === undefined ? "the README lists all settings" : `did you mean ${similar}?`;
    logger.warn({ variable }, `the environment variable ${variable} is not a setting; ${hint}`);
  }
}

await main();
