/** Two MiB per table: at a million keys one in sixteen unknown ones looks known. */
const BITS = 24;

/**
 * Remembers which keys a table may have, in little memory (a Bloom filter of one hash): a key that was never added is
 * surely not there, so nobody needs to ask the database for it. A key is one text, or a group and a text within it.
 */
export class KeyFilter {
  /** Made with the first key, since most tables stay small enough to need none. */
  #bits: Uint32Array | undefined;

  add(key: string, group?: string): void {
    this.#bits ??= new Uint32Array(2 ** BITS / 32);
    const place = placeOf(key, group);
    this.#bits[place >>> 5] = (this.#bits[place >>> 5] ?? 0) | (1 << (place & 31));
  }

  /** False when the key was never added; true says nothing. */
  mayHave(key: string, group?: string): boolean {
    if (!this.#bits) return false;
    const place = placeOf(key, group);
    return ((this.#bits[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0;
  }
}

function placeOf(key: string, group: string | undefined): number {
  const seed = group === undefined ? 0 : Bun.hash.xxHash32(group);
  return Bun.hash.xxHash32(key, seed) >>> (32 - BITS);
}
