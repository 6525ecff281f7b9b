/** Chooses from lists; the same seed, key and revision choose the same, and the next revision the next. */
export type Chooser = <T>(list: readonly T[], key: string) => T | undefined;

/**
 * A chooser that walks each list with the revision, so that nothing comes back before all of it was used.
 *
 * @param seed a hash of it: a seed holds a whole brief, and something is chosen hundreds of times
 */
export function chooser(seed: number, revision: number): Chooser {
  return (list, key) => list[(hash(` ${key}`, seed) + revision) % list.length];
}

/** FNV-1a, 32 bits: not for secrets, the same on every machine; goes on from the hash of what stands before the text. */
export function hash(text: string, before = 0x811c9dc5): number {
  const bytes = Buffer.from(text);
  let value = before;
  for (let at = 0; at < bytes.length; at++) value = Math.imul(value ^ (bytes[at] ?? 0), 0x01000193) >>> 0;
  return value;
}
