/**
 * The second thread of a process. It lives on while the first one hangs, and ends the whole process when that uses
 * too much memory, when a call has used up its processor time, or when the server is gone, be it by kill -9.
 *
 * Processor time and not the clock: on a machine that is busy, a call that waits for the processor has done nothing.
 *
 * @module
 */
import { writeSync } from "node:fs";
import { OVER_CPU, OVER_MEMORY } from "./protocol.ts";

declare const self: Worker;

/** What the first thread says: whom to watch, once; and then how much processor time the process may use in all. */
export type WatchdogOrder =
  | { readonly parent: number; readonly memoryLimitBytes: number }
  | { readonly cpuUntilMs: number | null };

/** Short enough that a decoder that takes a gigabyte a second goes only a little over. */
const INTERVAL_MS = 50;

let cpuUntilMs: number | null = null;

self.onmessage = ({ data }: MessageEvent<WatchdogOrder>) => {
  if ("cpuUntilMs" in data) {
    cpuUntilMs = data.cpuUntilMs;
    return;
  }
  setInterval(() => {
    if (process.ppid !== data.parent) end();
    if (process.memoryUsage.rss() > data.memoryLimitBytes) end(OVER_MEMORY);
    if (cpuUntilMs !== null && cpuMs() > cpuUntilMs) end(OVER_CPU);
  }, INTERVAL_MS);
  self.postMessage("watching");
};

function end(why?: string): void {
  if (why !== undefined) writeSync(2, `${why}\n`);
  process.kill(process.pid, "SIGKILL");
}

/** Of all threads. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
