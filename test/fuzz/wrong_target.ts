import type { SignedLink } from "./signed_links.ts";

/** A URL of which one part is wrong, given a link and all there are. */
export interface WrongTarget {
  /** In words, for whoever reads a finding. */
  readonly name: string;
  target(link: SignedLink, all: readonly SignedLink[]): string;
}

/** A text as it may stand in a URL, cut to a length that a head has room for. */
export function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed().slice(0, 1_000));
}
