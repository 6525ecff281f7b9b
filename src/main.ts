import { loadConfig } from "./config.ts";
import { type RunningServer, startServer } from "./server.ts";

/** Starts the server of this environment, and stops it gracefully at SIGTERM and SIGINT. */
async function main(): Promise<void> {
  let server: RunningServer;
  try {
    server = await startServer(loadConfig(process.env));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      server.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

await main();
