/** Chooses from lists; the same seed, key and revision choose the same, and the next revision the next. */
export type Chooser = <T>(list: readonly T[], key: string) => T | undefined;

/** A chooser that walks each list with the revision, so that nothing comes back before all of it was used. */
export function chooser(seed: string, revision: number): Chooser {
  return (list, key) => list[(hash(`${seed} ${key}`) + revision) % list.length];
}

/** FNV-1a, 32 bits: not for secrets, the same on every machine. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}
