/** Two MiB per table: at a million keys one in sixteen unknown ones looks known. */
const BITS = 24;

/**
 * Remembers which keys a table may have, in little memory (a Bloom filter of one hash): a key that was never added is
 * surely not there, so nobody needs to ask the database for it.
 */
export class KeyFilter {
  readonly #bits = new Uint32Array(2 ** BITS / 32);

  add(key: string): void {
    const place = placeOf(key);
    this.#bits[place >>> 5] = (this.#bits[place >>> 5] ?? 0) | (1 << (place & 31));
  }

  /** False when the key was never added; true says nothing. */
  mayHave(key: string): boolean {
    const place = placeOf(key);
    return ((this.#bits[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0;
  }
}

function placeOf(key: string): number {
  return Bun.hash.xxHash32(key) >>> (32 - BITS);
}
