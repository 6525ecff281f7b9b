/**
 * A function that returns the URL of a path from the root under which the recipient of a response can read bytes, e.g.
 * in an `<img>`: with `PUBLIC_URL` as its prefix where it is set, and signed where the server needs keys.
 */
export type LinkTo = (path: string) => string;

/** A signed link is valid for at least an hour; a response with one may be cached for half of that. */
const LINKS_KEPT_MS = 1_800_000;

/**
 * Returns the time until which a response with these links may be cached, in milliseconds since 1970; infinity when
 * none of them is signed.
 */
export function linksSameUntil(links: readonly (string | null)[], updatedAt: string): number {
  const isSigned = links.some((link) => link?.includes("?expires="));
  return isSigned ? Date.parse(updatedAt) + LINKS_KEPT_MS : Number.POSITIVE_INFINITY;
}
