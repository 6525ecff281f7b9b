/**
 * The second thread of a process. It runs on while the first one hangs, and ends the whole process when that uses too
 * much memory, when a call has used up its processor time, or when the server is gone, even by kill -9.
 *
 * It measures processor time and not the clock: on a busy machine, a call that waits for the processor has done
 * nothing.
 *
 * @module
 */
import { writeSync } from "node:fs";
import { OVER_CPU, OVER_MEMORY } from "./protocol.ts";

declare const self: Worker;

/** A message of the first thread: first the process to watch; later the processor time that it may use in all. */
export type WatchdogOrder =
  | { readonly parent: number; readonly memoryLimitBytes: number }
  | { readonly cpuUntilMs: number | null };

/** Short enough that a decoder that allocates a gigabyte a second exceeds the limit only a little. */
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

/** Returns the processor time of all threads, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
