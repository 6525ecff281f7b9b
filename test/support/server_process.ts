import { join } from "node:path";
import { type Api, apiAt } from "./test_server.ts";
import { inTime } from "./until.ts";

/** A server as operators run it: a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly api: Api;
  /** The lines that it has logged. */
  readonly logs: string[];
  kill(signal: NodeJS.Signals): void;
  /** Its exit status; null after a signal that killed it. */
  readonly exited: Promise<number | null>;
}

/** The result of a failed start. */
export interface FailedStart {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = join(import.meta.dir, "../../src/main.ts");

/**
 * Starts `src/main.ts` on a free port and waits until it listens.
 *
 * @param command goes before it, e.g. `["prlimit", "--fsize=1000000"]`
 */
export async function spawnServer(env: Record<string, string>, command: string[] = []): Promise<ServerProcess> {
  const process = run(env, command);
  const logs: string[] = [];
  const listening = Promise.withResolvers<string>();
  const reading = (async () => {
    for await (const line of linesOf(process.stdout)) {
      logs.push(line);
      const url = /"url":"(http:[^"]+)"/.exec(line)?.[1];
      if (url !== undefined) listening.resolve(url);
    }
  })();
  const errors = new Response(process.stderr).text();
  void process.exited.then(async () => listening.reject(new Error(`it did not start: ${await errors}`)));
  const url = await inTime(listening.promise, () => `src/main.ts listened; it logged: ${logs.join("\n")}`);
  const exited = process.exited.then(async () => {
    await reading;
    return process.signalCode === null ? process.exitCode : null;
  });
  return {
    url,
    pid: process.pid,
    api: apiAt(url),
    logs,
    exited,
    kill: (signal) => process.kill(signal),
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await exited;
    },
  };
}

/** Starts `src/main.ts` where it must not start. */
export async function failedStart(env: Record<string, string>): Promise<FailedStart> {
  const process = run(env, []);
  const [stdout, stderr] = await Promise.all([
    new Response(process.stdout).text(),
    new Response(process.stderr).text(),
  ]);
  await process.exited;
  return { exitCode: process.exitCode, stdout, stderr };
}

function run(env: Record<string, string>, command: string[]) {
  return Bun.spawn([...command, globalThis.process.execPath, MAIN], {
    env: { PATH: globalThis.process.env.PATH ?? "", PORT: "0", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
