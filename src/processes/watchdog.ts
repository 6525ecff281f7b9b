/**
 * The second thread of a process. It lives on while the first one hangs, and ends the whole process when that uses
 * too much memory or when the server is gone, be it by kill -9.
 *
 * @module
 */
import { writeSync } from "node:fs";
import { OVER_MEMORY } from "./protocol.ts";

declare const self: Worker;

/** Short enough that a decoder that takes a gigabyte a second goes only a little over. */
const INTERVAL_MS = 50;

self.onmessage = ({ data }: MessageEvent<{ parent: number; memoryLimitBytes: number }>) => {
  setInterval(() => {
    if (process.ppid !== data.parent) end();
    if (process.memoryUsage.rss() > data.memoryLimitBytes) {
      writeSync(2, `${OVER_MEMORY}\n`);
      end();
    }
  }, INTERVAL_MS);
  self.postMessage("watching");
};

function end(): void {
  process.kill(process.pid, "SIGKILL");
}
