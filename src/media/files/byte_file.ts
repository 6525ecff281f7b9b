import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes per read of the disk. */
const WINDOW_BYTES = 256 * 1024;
/** Bytes of the window before the requested position. */
const BEHIND_BYTES = 64 * 1024;

/** A file that is read forwards in small steps, with one window of it in memory. */
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

  /**
   * Returns at most `length` bytes from `at`, at most 64 KiB and fewer at the end of the file; valid until the next
   * call.
   */
  bytes(at: number, length: number): Buffer {
    const wanted = Math.max(0, Math.min(length, BEHIND_BYTES, this.size - at));
    if (at < this.#from || at + wanted > this.#from + this.#filled) this.#fill(at);
    const start = at - this.#from;
    return this.#window.subarray(start, Math.min(start + wanted, this.#filled));
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

  /** Loads the window around a position, so that a look ahead and back needs no further read. */
  #fill(at: number): void {
    this.#from = Math.max(0, at - BEHIND_BYTES);
    this.#filled = readSync(this.#file, this.#window, 0, WINDOW_BYTES, this.#from);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

/**
 * Returns the position after any number of ID3v2 tags (ID3v2.4, section 3.1), each with or without a footer. A tag
 * larger than the file is ignored, and its content is junk before the sound.
 */
export function afterId3(file: ByteFile): number {
  let at = 0;
  for (;;) {
    const tag = file.bytes(at, 10);
    if (tag.length < 10 || tag.toString("latin1", 0, 3) !== "ID3" || tag.subarray(6).some((byte) => byte > 0x7f)) {
      return at;
    }
    const [, , , , , flags = 0, a = 0, b = 0, c = 0, d = 0] = tag;
    const hasFooter = (flags & 0x10) !== 0;
    const end = at + 10 + ((a << 21) | (b << 14) | (c << 7) | d) + (hasFooter ? 10 : 0);
    if (end >= file.size) return at + 10;
    at = end;
  }
}
