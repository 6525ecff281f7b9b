/** Chooses from a list, deterministically by seed, key and revision; the next revision chooses the next entry. */
export type Chooser = <T>(list: readonly T[], key: string) => T | undefined;

/**
 * Creates a chooser that walks each list with the revision, so that no entry repeats before all were used.
 *
 * @param seed the hash of a brief
 */
export function chooser(seed: number, revision: number): Chooser {
  return (list, key) => list[(hash(` ${key}`, seed) + revision) % list.length];
}

/** Hashes text with 32-bit FNV-1a, continuing from the hash of a prefix. The same on every machine; not for secrets. */
export function hash(text: string, before = 0x811c9dc5): number {
  const bytes = Buffer.from(text);
  let value = before;
  for (let at = 0; at < bytes.length; at++) value = Math.imul(value ^ (bytes[at] ?? 0), 0x01000193) >>> 0;
  return value;
}
