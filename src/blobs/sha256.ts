/** Returns true for 64 lowercase hexadecimal digits. */
export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/**
 * Refuses anything that is not a SHA-256, before it becomes part of a path.
 *
 * @throws {TypeError} it is not 64 lowercase hexadecimal digits
 */
export function assertSha256(text: string): void {
  if (!isSha256(text)) throw new TypeError("Cannot name a blob: the hash is not 64 lowercase hexadecimal digits");
}
