/** The namespace of the UUIDs that are derived from hashes (RFC 9562, section 5.5). */
const NAMESPACE = "0b9c3a52-5b0f-5c8e-8d0b-8a1f2f4f7d11";

/**
 * Returns the id of a content, derived from its hash alone: the same for every owner and at every time, so that no answer reveals
 * whether another owner has stored it before.
 */
export function blobIdOf(sha256: string): string {
  return Bun.randomUUIDv5(sha256, NAMESPACE);
}
