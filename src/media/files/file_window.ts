import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes per system call: the headers of many neighbouring boxes or elements. */
const WINDOW_BYTES = 64 * 1024;

/**
 * A file for synchronous random access in small pieces: walking the headers of a container costs one
 * system call per window, not one per header. Only for processes that read one file at a time.
 */
export class FileWindow implements Disposable {
  readonly size: number;
  readonly #descriptor: number;
  #window = new Uint8Array(0);
  #start = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, "r");
    this.size = fstatSync(this.#descriptor).size;
  }

  /** Returns the bytes from `at`, fewer at the end of the file. The view is valid until the next call. */
  bytes(at: number, length: number): Uint8Array {
    if (length > WINDOW_BYTES) return this.read(at, length);
    if (at < this.#start || at + length > this.#start + this.#window.length) {
      this.#window = this.read(at, WINDOW_BYTES);
      this.#start = at;
    }
    return this.#window.subarray(at - this.#start, at - this.#start + length);
  }

  /** Returns the byte at a position, or zero behind the end. */
  byte(at: number): number {
    const index = at - this.#start;
    if (index >= 0 && index < this.#window.length) return this.#window[index] ?? 0;
    return this.bytes(at, 1)[0] ?? 0;
  }

  /** Returns a copy of the bytes from `at`, fewer at the end of the file. */
  read(at: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - at)));
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(this.#descriptor, bytes, filled, bytes.length - filled, at + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}
