import { childrenNamed, cpuMsOf } from "../support/child_processes.ts";
import type { ServerProcess } from "../support/server_process.ts";
import { until } from "../support/test_server.ts";

/** Children work at a low priority. */
export const PATIENT = { waitMs: 380_000 };

/** Words of the command lines of children. */
export const MEDIA = "media/process.ts";
export const RENDER = "render_process.ts";

/** Ends the children that wait for work, so that the next work begins with new ones. */
export async function endIdle({ pid }: ServerProcess, child: string): Promise<void> {
  for (const idle of childrenNamed(pid, child)) process.kill(idle, "SIGKILL");
  await until(() => childrenNamed(pid, child).length === 0);
}

/** Does some work with new children, and returns the CPU time of the costliest one, in milliseconds. */
export async function costOf(server: ServerProcess, child: string, work: () => Promise<unknown>): Promise<number> {
  await endIdle(server, child);
  let most = 0;
  await during(work(), () => {
    most = Math.max(most, ...childrenNamed(server.pid, child).map(cpuMsOf));
  });
  await endIdle(server, child);
  return most;
}

/** Sends a signal to each child in the middle of some work, some times; returns how often it did. */
export async function strike(
  { pid }: ServerProcess,
  {
    child,
    signal = "SIGKILL",
    times,
    afterMs,
  }: { child: string; signal?: NodeJS.Signals; times: number; afterMs: number },
  work: () => Promise<unknown>,
): Promise<number> {
  const struck = new Set<number>();
  await during(work(), () => {
    for (const each of childrenNamed(pid, child)) {
      if (struck.size === times || struck.has(each) || cpuMsOf(each) < afterMs) continue;
      process.kill(each, signal);
      struck.add(each);
    }
  });
  return struck.size;
}

/** Looks again and again until some work is done. */
async function during(work: Promise<unknown>, look: () => void): Promise<void> {
  let isOver = false;
  const done = work.finally(() => {
    isOver = true;
  });
  await Promise.all([
    done,
    until(() => {
      if (!isOver) look();
      return isOver;
    }, PATIENT),
  ]);
}
