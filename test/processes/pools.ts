import { mediaFailures } from "../../src/media/mod.ts";
import { createProcessPool, type ProcessPool, type ProcessPoolOptions } from "../../src/processes/mod.ts";

/** The program of a process with every bad habit. */
export const HOSTILE = new URL("./hostile_process.ts", import.meta.url);
const ROOMY = {
  name: "media process",
  failures: mediaFailures,
  script: HOSTILE,
  processes: 1,
  timeLimitMs: 600_000,
  memoryLimitBytes: 1024 ** 3,
};

/** A pool of hostile processes with room for all that is usual, for `await using`. */
export function open(options: Partial<ProcessPoolOptions> = {}): ProcessPool & AsyncDisposable {
  const pool = createProcessPool({ ...ROOMY, ...options });
  return { ...pool, [Symbol.asyncDispose]: () => pool.close() };
}

/** Returns the error that a call rejects with. */
export function reason(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => ({ resolved: value }),
    (error) => error,
  );
}

/** Returns true while there is a process with this id. */
export function isAlive(pid: unknown): boolean {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}
