/**
 * The size of a filter as a power of two, two MiB per table: at a million keys one in sixteen unknown ones looks known.
 */
const BITS = 24;

/**
 * A filter of the keys that a table may have, in little memory (a Bloom filter of one hash). A key that was never added
 * is certainly absent, which saves a database lookup. A key is one text, or a group and a text within it.
 */
export class KeyFilter {
  /** Created with the first key, since most tables stay small enough to need no filter. */
  #bits: Uint32Array | undefined;

  add(key: string, group?: string): void {
    this.#bits ??= new Uint32Array(2 ** BITS / 32);
    const offset = offsetOf(key, group);
    this.#bits[offset >>> 5] = (this.#bits[offset >>> 5] ?? 0) | (1 << (offset & 31));
  }

  /** Returns false when the key was never added; true is not certain. */
  mayHave(key: string, group?: string): boolean {
    if (!this.#bits) return false;
    const place = offsetOf(key, group);
    return ((this.#bits[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0;
  }
}

function offsetOf(key: string, group: string | undefined): number {
  const seed = group === undefined ? 0 : Bun.hash.xxHash32(group);
  return Bun.hash.xxHash32(key, seed) >>> (32 - BITS);
}
