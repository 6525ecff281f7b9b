/**
 * Makes the URL under which whoever gets an answer can read bytes, e.g. in an `<img>`, of a path from the root: with
 * `PUBLIC_URL` before it where there is one, and signed where the server needs keys.
 */
export type LinkTo = (path: string) => string;

/** A signed link is good for an hour at least: for half of it what was answered with one is still of use. */
const LINKS_KEPT_MS = 1_800_000;

/**
 * Until when an answer with these links may be kept that was made at some time after its last change, in milliseconds
 * since 1970; for ever when none of them is signed.
 */
export function linksSameUntil(links: readonly (string | null)[], updatedAt: string): number {
  const isSigned = links.some((link) => link?.includes("?expires="));
  return isSigned ? Date.parse(updatedAt) + LINKS_KEPT_MS : Number.POSITIVE_INFINITY;
}
