/** Who makes a request, as commands and queries need to know it. */
export interface Identity {
  /** Whose things it may see and change. */
  readonly owner: string;
  /** Who it is, as events record it. */
  readonly actor: string;
  readonly requestId: string;
}

/** The owner and actor of an open server. */
export const LOCAL = { owner: "local", actor: "local" } as const;

/** Who asks for what is public; no row has this owner. */
export const NOBODY = { owner: "", actor: "nobody" } as const;

/** When access ends that nobody can take back. */
export const NEVER: AbortSignal = new AbortController().signal;

/** Who makes a request, and for how long it may go on. */
export interface Access extends Omit<Identity, "requestId"> {
  /** Aborts when the access ends, e.g. by a revoked key, with the error to answer then; streams must stop. */
  readonly accessEnds: AbortSignal;
  /** For how many more seconds a cache may keep stored bytes: what is left of a signed URL's time, otherwise 0. */
  readonly bytesFreshFor: number;
  /** What the answer has to say of it, e.g. how many more requests there may be. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Takes tokens of the rate limit beyond the one of every request, and updates `headers`.
   *
   * @throws {AppError} `rate_limited`
   */
  charge(tokens: number): void;
}

/** What an owner may be called: 1 to 100 letters, digits and `. _ @ -`, the first a letter or digit. */
const OWNER_NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/;

/** True for a name that a key can be issued for. */
export function isOwnerName(name: string): boolean {
  return OWNER_NAME.test(name);
}
