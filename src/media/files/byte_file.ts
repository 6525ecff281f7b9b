import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes per read of the disk: the headers of many neighbouring boxes, elements or frames. */
const WINDOW_BYTES = 128 * 1024;
/** Bytes of the window before the requested position, for a look back. */
const BEHIND_BYTES = 32 * 1024;

/**
 * A file for synchronous random access in small pieces, with one window of it in memory: walking headers costs one
 * system call per window, not one per header. Only for processes that read one file at a time.
 */
export class ByteFile implements Disposable {
  /** Size in bytes. */
  readonly size: number;
  readonly #file: number;
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  #from = 0;
  #filled = 0;

  constructor(path: string) {
    this.#file = openSync(path, "r");
    this.size = fstatSync(this.#file).size;
  }

  /** Returns the bytes from `at`, fewer at the end of the file; valid until the next call. */
  bytes(at: number, length: number): Buffer<ArrayBuffer> {
    if (length > WINDOW_BYTES - BEHIND_BYTES) return this.read(at, length);
    const wanted = Math.max(0, Math.min(length, this.size - at));
    if (at < this.#from || at + wanted > this.#from + this.#filled) this.#fill(at);
    const start = at - this.#from;
    return this.#window.subarray(start, Math.min(start + wanted, this.#filled));
  }

  /** Returns the byte at a position, or zero behind the end. */
  byte(at: number): number {
    const index = at - this.#from;
    return (index >= 0 && index < this.#filled ? this.#window[index] : this.bytes(at, 1)[0]) ?? 0;
  }

  /** Returns a copy of the bytes from `at`, fewer at the end of the file; a negative position counts from the end. */
  read(at: number, length: number): Buffer<ArrayBuffer> {
    const start = at < 0 ? Math.max(0, this.size + at) : at;
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.size - start)));
    return bytes.subarray(0, this.#readInto(bytes, start));
  }

  /** Returns the bytes as Latin-1 text. */
  text(at: number, length: number): string {
    return this.bytes(at, length).toString("latin1");
  }

  /** Returns the next position of a byte or text in `[from, to)`, or -1. */
  indexOf(value: string | number, from: number, to: number): number {
    const overlap = typeof value === "string" ? value.length - 1 : 0;
    for (let at = from; at < Math.min(to, this.size); ) {
      if (at < this.#from || at + overlap >= this.#from + this.#filled) this.#fill(at);
      const found = this.#window.subarray(0, this.#filled).indexOf(value, at - this.#from, "latin1");
      if (found >= 0) return this.#from + found < to ? this.#from + found : -1;
      const end = this.#from + this.#filled;
      if (end >= this.size) return -1;
      at = end - overlap;
    }
    return -1;
  }

  #fill(at: number): void {
    this.#from = Math.max(0, at - BEHIND_BYTES);
    this.#filled = this.#readInto(this.#window, this.#from);
  }

  #readInto(bytes: Buffer, at: number): number {
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(this.#file, bytes, filled, bytes.length - filled, at + filled);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
