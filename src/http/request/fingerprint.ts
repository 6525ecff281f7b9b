/**
 * Returns the SHA-256 of a value, independent of the order of its keys: equal requests have the same fingerprint.
 *
 * @example
 * ```ts
 * fingerprint({ a: 1, b: 2 }) === fingerprint({ b: 2, a: 1 }); // true
 * ```
 */
export function fingerprint(value: unknown): string {
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(value, sortedKeys) ?? "undefined").digest("hex");
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
