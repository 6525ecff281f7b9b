import { join } from "node:path";
import type { Static, TSchema } from "@sinclair/typebox";
import { checked } from "../support/answer.ts";
import { type Api, apiAt } from "../support/test_server.ts";
import { type ProcessMemory, processMemory } from "./process_memory.ts";
import { temporaryDirectory } from "./stores.ts";

/** A server as operators run it: a process of its own that logs every request to a file. */
export interface Reelog extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:40123` */
  readonly url: string;
  readonly memory: ProcessMemory;
  readonly api: Api;
  /** The data of a call that must succeed, by its schema. */
  call<Schema extends TSchema>(
    schema: Schema,
    ...call: readonly [method: string, path: string, body?: unknown, headers?: Record<string, string>]
  ): Promise<Static<Schema>>;
}

const MAIN = join(import.meta.dir, "../../src/main.ts");

/**
 * Starts `src/main.ts` on a free port and waits until it listens.
 *
 * @param dataDir made by the identity, who also removes it; without one it is empty and temporary
 */
export async function startReelog(env: Record<string, string> = {}, dataDir?: string): Promise<Reelog> {
  const directory = temporaryDirectory();
  const logs = Bun.file(join(directory.path, "reelog.log"));
  const child = Bun.spawn([process.execPath, MAIN], {
    env: {
      PATH: process.env.PATH ?? "",
      PORT: "0",
      DATA_DIR: dataDir ?? join(directory.path, "data"),
      LOG_LEVEL: "info",
      ...env,
    },
    stdio: ["ignore", logs, "inherit"],
  });
  let stopping = false;
  void child.exited.then((status) => {
    if (!stopping) console.error(`The server ended by itself: ${child.signalCode ?? status}`);
  });
  async function stop(): Promise<void> {
    stopping = true;
    child.kill("SIGKILL");
    await child.exited;
    directory[Symbol.dispose]();
  }
  let url: string | undefined;
  while (url === undefined) {
    if (child.exitCode !== null) {
      await stop();
      throw new Error("Cannot measure: the server did not start");
    }
    await Bun.sleep(20);
    url = /"url":"(http:[^"]+)"/.exec(await logs.text())?.[1];
  }
  const api = apiAt(url);
  return {
    url,
    api,
    memory: processMemory(child.pid),
    async call(schema, ...call) {
      return checked(schema, (await api(...call)).data);
    },
    [Symbol.asyncDispose]: stop,
  };
}
