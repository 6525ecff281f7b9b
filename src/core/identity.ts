/** The identity behind a request, as commands and queries need it. */
export interface Identity {
  /** The owner whose things it may see and change. */
  readonly owner: string;
  /** The actor that events record. */
  readonly actor: string;
  readonly requestId: string;
}

/** The owner and actor of an open server. */
export const LOCAL = { owner: "local", actor: "local" } as const;

/** The identity of requests for public resources; no row has this owner. */
export const NOBODY = { owner: "", actor: "nobody" } as const;

/** The end of access that cannot be revoked: it never aborts. */
export const NEVER: AbortSignal = new AbortController().signal;

/** The identity behind a request, and the limits of its access. */
export interface Access extends Omit<Identity, "requestId"> {
  /** Aborts when the access ends, e.g. by a revoked key, with the error to answer then; streams must stop. */
  readonly accessEnds: AbortSignal;
  /** The seconds for which a cache may keep stored bytes: the rest of a signed URL's time, otherwise 0. */
  readonly bytesFreshFor: number;
  /** Headers for the response, e.g. the remaining requests. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Takes tokens of the rate limit beyond the one of every request, and updates `headers`.
   *
   * @throws {AppError} `rate_limited`
   */
  charge(tokens: number): void;
}

/** The form of an owner's name: 1 to 100 letters, digits and `. _ @ -`, the first a letter or digit. */
const OWNER_NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/;

/** True for a name that a key can be issued for. */
export function isOwnerName(name: string): boolean {
  return OWNER_NAME.test(name);
}
