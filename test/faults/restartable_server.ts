import { rm } from "node:fs/promises";
import { type MediaOrigin, startOrigin } from "../support/origin.ts";
import { type ServerProcess, spawnServer } from "../support/server_process.ts";
import { eventsIn, temporaryDirectory } from "../support/test_server.ts";

/** A data directory whose servers are killed and started again, and an origin that outlives them. */
export interface RestartableServer extends AsyncDisposable {
  readonly dataDir: string;
  readonly origin: MediaOrigin;
  /** The server that runs now, or the next one. */
  server(): Promise<ServerProcess>;
  /** `kill -9`, and a new server on the same directory. */
  restart(): Promise<void>;
  /** The number of kills so far. */
  readonly kills: number;
}

/** Starts the origin and the first server. */
export async function startRestartable(env: Record<string, string> = {}): Promise<RestartableServer> {
  const origin = await startOrigin();
  const dataDir = await temporaryDirectory();
  const start = () =>
    spawnServer({ DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant, RATE_LIMIT_RPS: "0", ...env });
  let running = start();
  await running;
  let kills = 0;

  async function killed(): Promise<void> {
    const server = await running;
    server.kill("SIGKILL");
    await server.exited;
  }

  return {
    dataDir,
    origin,
    server: () => running,
    get kills() {
      return kills;
    },
    async restart() {
      const gone = killed();
      kills++;
      running = gone.then(start);
      await running;
    },
    async [Symbol.asyncDispose]() {
      await killed();
      await origin[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The types of the events so far, in order. */
export function typesSoFar({ dataDir }: Pick<RestartableServer, "dataDir">): string[] {
  return eventsIn(dataDir).map(({ type }) => type);
}
