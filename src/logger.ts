import { writeSync } from "node:fs";
import pino, { type Logger } from "pino";
import type { Config } from "./config.ts";

/** How long a line may wait for others, in milliseconds. */
const WAIT_MS = 100;
/** So many characters are written at once. */
const BATCH_LENGTH = 16_384;
const STDOUT = 1;

/**
 * The JSON lines of a server, on standard output; secrets and query strings never come here. Call the logger's `flush`
 * when the process exits.
 */
export function createLogger(level: Config["logLevel"]): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, createLineWriter(STDOUT));
}

/** Writes lines to a file descriptor. */
export interface LineWriter {
  /** Takes a line with its line break; it is written at the latest after a tenth of a second. */
  readonly write: (line: string) => void;
  /** Writes what waits, before it returns. */
  readonly flush: () => void;
}

/**
 * Writes lines several at a time: a system call for each would cost as much as the rest of a small answer. A reader
 * that is slow holds the writer up, as with any pipe; one that has gone away loses what it did not read.
 */
export function createLineWriter(fd: number): LineWriter {
  let waiting: string[] = [];
  let length = 0;
  let timer: Timer | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const bytes = Buffer.from(waiting.join(""));
    waiting = [];
    length = 0;
    writeAll(fd, bytes);
  }

  return {
    flush,
    write(line) {
      length += line.length;
      waiting.push(line);
      if (length >= BATCH_LENGTH) flush();
      else timer ??= setTimeout(flush, WAIT_MS).unref();
    },
  };
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.byteLength; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EPIPE") return;
      if (code !== "EAGAIN") throw error;
      // The descriptor does not block; the log does.
      Bun.sleepSync(1);
    }
  }
}
