import { loadConfig, SECRET_VARIABLES } from "./config.ts";
import { createLogger } from "./logger.ts";
import { shieldProcess } from "./processes/mod.ts";
import { startServer } from "./server/server.ts";

/** Starts the server of this environment, and stops it gracefully at SIGTERM, SIGINT and SIGHUP. */
async function main(): Promise<void> {
  // No other user of this machine may read stored files, even in a directory that others may enter.
  process.umask(0o077);
  const starting = Promise.try(() => {
    const config = loadConfig(process.env);
    // A watched server is started again with the same environment, so there it has to stay.
    shieldProcess(process.execArgv.includes("--watch") ? [] : SECRET_VARIABLES);
    const logger = createLogger(config.logLevel);
    process.on("exit", () => logger.flush());
    return startServer(config, logger);
  });
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

await main();
