import { write, writeSync } from "node:fs";

/** The longest wait of a line for others, in milliseconds. */
const WAIT_MS = 100;
/** Characters of one write: a system call for each line would cost as much as the rest of a small answer. */
const BATCH_LENGTH = 16_384;
/** Characters that may wait for a slow reader; lines beyond are dropped. */
const MOST_WAITING = 4 * 1024 * 1024;
/** The pause before a full pipe is tried again, in milliseconds. */
const RETRY_MS = 20;
/**
 * The longest write before the reader counts as stalled, and the exit of the process stops waiting, in milliseconds.
 */
const STALLED_MS = 1_000;
const LINE_BREAK = 10;

/** A queue of lines for a file descriptor. */
export interface LineWriter {
  /** Queues a line with its line break. It never throws and never waits. */
  write(line: string): void;
  /** Returns the number of lines that were dropped so far. */
  dropped(): number;
  /** Writes the queued lines before it returns, for the exit of the process; gives up on a stalled reader. */
  flush(): void;
}

/**
 * Creates a writer that writes lines in batches, asynchronously. Logging must not fail or stop the work that it
 * reports: on a full disk, with a reader that is gone or stalled, lines are dropped and counted.
 *
 * Not sonic-boom (`pino.destination`): at the exit it retries ENOSPC and EPIPE for ever.
 *
 * @param onRecovered called when lines are accepted again, with the number of those that were dropped in between
 */
export function createLineWriter(fd: number, onRecovered: (dropped: number) => void = () => {}): LineWriter {
  let waiting: string[] = [];
  let length = 0;
  let timer: Timer | undefined;
  let busySince: number | null = null;
  let dropped = 0;
  let reported = 0;
  /** True when the output ends within a line, because the rest of it could not be written. */
  let isTorn = false;

  function take(): { bytes: Buffer; lines: number } {
    clearTimeout(timer);
    timer = undefined;
    const lines = waiting.length;
    const bytes = Buffer.from(`${isTorn ? "\n" : ""}${waiting.join("")}`);
    waiting = [];
    length = 0;
    return { bytes, lines };
  }

  function pump(): void {
    timer = undefined;
    if (busySince !== null || waiting.length === 0) return;
    const { bytes, lines } = take();
    busySince = performance.now();
    writeOn(bytes, lines);
  }

  function writeOn(bytes: Buffer, lines: number): void {
    write(fd, bytes, 0, bytes.byteLength, null, (error, written) => {
      if (error?.code === "EAGAIN") {
        setTimeout(() => writeOn(bytes, lines), RETRY_MS).unref();
        return;
      }
      if (error) return ended(lines);
      isTorn = bytes[written - 1] !== LINE_BREAK;
      busySince = performance.now();
      if (written < bytes.byteLength) writeOn(bytes.subarray(written), lines);
      else ended(0);
    });
  }

  function ended(lost: number): void {
    busySince = null;
    dropped += lost;
    if (lost === 0 && dropped > reported) {
      const count = dropped - reported;
      reported = dropped;
      onRecovered(count);
    }
    // After a failure the next try waits for the timer, so that a full disk costs a system call every WAIT_MS.
    if (lost === 0 && length >= BATCH_LENGTH) pump();
    else if (waiting.length > 0) timer ??= setTimeout(pump, WAIT_MS).unref();
  }

  return {
    dropped: () => dropped,
    write(line) {
      if (length + line.length > MOST_WAITING) {
        dropped++;
        return;
      }
      waiting.push(line);
      length += line.length;
      if (length >= BATCH_LENGTH && dropped === reported) pump();
      else timer ??= setTimeout(pump, WAIT_MS).unref();
    },
    flush() {
      if (busySince !== null) {
        if (performance.now() - busySince > STALLED_MS) return;
        // The pending write goes first; its completion cannot be observed during an exit.
        Bun.sleepSync(RETRY_MS);
      }
      const { bytes, lines } = take();
      if (!writeAllNow(fd, bytes)) dropped += lines;
    },
  };
}

/** Writes all bytes synchronously, and returns true when everything was written. */
function writeAllNow(fd: number, bytes: Buffer): boolean {
  const end = performance.now() + STALLED_MS;
  for (let written = 0; written < bytes.byteLength; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const isFull = error instanceof Error && "code" in error && error.code === "EAGAIN";
      if (!isFull || performance.now() > end) return false;
      Bun.sleepSync(1);
    }
  }
  return true;
}
