import { closeSync, openSync, readSync } from "node:fs";

/** What one read of the disk takes at least, in bytes. */
const WINDOW_BYTES = 1024 * 1024;

/**
 * The pages of a SQLite file that nobody writes to and that has no write-ahead log.
 *
 * SQLite itself gives a value only whole, a gigabyte of it as well; read by pages, any size takes the same memory.
 * Layout: https://www.sqlite.org/fileformat2.html, sections 1.3 and 1.6.
 */
export class PageFile implements Disposable {
  /** Bytes of a page that hold content. */
  readonly usableBytes: number;
  readonly #pageBytes: number;
  readonly #file: number;
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  #from = 0;
  #filled = 0;

  /** @throws {Error} when the file is not of SQLite's format 3 */
  constructor(path: string) {
    this.#file = openSync(path, "r");
    try {
      const header = Buffer.alloc(100);
      readSync(this.#file, header, 0, 100, 0);
      const size = header.readUInt16BE(16);
      this.#pageBytes = size === 1 ? 65_536 : size;
      this.usableBytes = this.#pageBytes - header.readUInt8(20);
      if (header.toString("latin1", 0, 15) !== "SQLite format 3" || this.usableBytes < 480) {
        throw new Error("its header is not SQLite's");
      }
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  /**
   * A page by its number, from 1; valid until the next call.
   *
   * @throws {Error} when the file has no such page
   */
  page(number: number): Buffer {
    const at = (number - 1) * this.#pageBytes;
    if (number < 1) throw new Error(`it has no page ${number}`);
    if (at < this.#from || at + this.#pageBytes > this.#from + this.#filled) {
      this.#filled = readSync(this.#file, this.#window, 0, WINDOW_BYTES, at);
      this.#from = at;
      if (this.#filled < this.#pageBytes) throw new Error(`it has no page ${number}`);
    }
    return this.#window.subarray(at - this.#from, at - this.#from + this.#pageBytes);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

/** A variable-length integer, exact below 2^53, and where the next thing begins (section 1.6). */
export function varint(bytes: Buffer, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes.readUInt8(at + index);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return { value: longVarint(bytes, at), next: at + 9 };
}

/** Nine bytes are a whole 64-bit integer, and the only way to write a negative one. */
function longVarint(bytes: Buffer, at: number): number {
  let value = 0n;
  for (let index = 0; index < 8; index++) value = (value << 7n) | BigInt(bytes.readUInt8(at + index) & 0x7f);
  return Number(BigInt.asIntN(64, (value << 8n) | BigInt(bytes.readUInt8(at + 8))));
}
