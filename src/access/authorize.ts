import { AppError } from "../core/errors.ts";
import { type Access, LOCAL, NEVER, NOBODY } from "../core/identity.ts";
import type { RequestTarget } from "../http/mod.ts";
import { presentedKey, unauthorized } from "./credentials.ts";
import type { HeldKey, Keyring } from "./keyring.ts";
import type { Limits } from "./limits.ts";
import type { RateLimitFields } from "./rate_limiter.ts";
import { includes, type Scope } from "./scope.ts";
import { type SignedReadDeps, signedRead } from "./signed_read.ts";

/** Returns the access of a request before its body is read, or throws. */
export type Authorize = (request: Request, asked: AccessRequest) => Access;

/** The target of a request and the address of the client. */
export interface AccessRequest {
  readonly target: RequestTarget;
  /** The address of the client; `X-Forwarded-For` is believed from trusted proxies only. */
  readonly address: () => string;
}

/** Dependencies of authorization. */
export interface AuthorizeDeps extends SignedReadDeps {
  readonly keyring: Keyring;
  readonly limits: Limits;
}

/** The rate limit of a request that has none. */
const UNLIMITED: Pick<Access, "headers" | "charge"> = { headers: {}, charge() {} };

/** Paths that need no key: the documentation and the health checks. */
const PUBLIC = /^\/(docs|health)(\/|$)/;
const OPERATORS = /^\/metrics(\/|$)/;
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Creates the authorization of requests. Before the first key is issued, every request is `local`; after that every
 * path that is not public needs a key or a signed URL.
 *
 * @returns a function that throws `unauthorized` without a valid key, `forbidden` when its scope is too small or the
 *   signed URL is not right, `rate_limited` for too many, and `bad_request` for two keys
 */
export function createAuthorize({ keyring, limits, ...signing }: AuthorizeDeps): Authorize {
  function bySignature(request: Request, { target, address }: AccessRequest): Access | null {
    try {
      const identity = signedRead(request, target, signing);
      return identity && withLimit(identity, (tokens) => limits.countSignedRead(identity.owner, tokens));
    } catch (error) {
      if (error instanceof AppError && error.code === "forbidden") limits.countFailure(address());
      throw error;
    }
  }

  function byKey({ method }: Request, { row, ends }: HeldKey, pathname: string): Access {
    const needed = neededScope(method, pathname);
    const { id, owner, scope } = row;
    const identity = { owner, actor: id, accessEnds: ends, bytesFreshFor: 0 };
    const access =
      needed === "admin"
        ? { ...identity, ...UNLIMITED }
        : withLimit(identity, (tokens) => limits.countRequest(owner, tokens));
    if (!includes(scope, needed)) {
      throw new AppError("forbidden", `Cannot do this with a key of scope ${scope}: it needs ${needed}`);
    }
    return access;
  }

  return (request, asked) => {
    const { pathname } = asked.target;
    if (PUBLIC.test(pathname)) return { ...NOBODY, accessEnds: NEVER, bytesFreshFor: 0, ...UNLIMITED };
    if (keyring.isOpen) return { ...LOCAL, accessEnds: keyring.openEnds, bytesFreshFor: 0, ...UNLIMITED };
    const presented = presentedKey(request);
    const signed = presented === null ? bySignature(request, asked) : null;
    if (signed) return signed;
    const key = presented === null ? undefined : keyring.find(presented);
    if (key) return byKey(request, key, pathname);
    // Only failures are counted: a valid key is also accepted from an address that others misuse.
    limits.countFailure(asked.address());
    throw unauthorized(presented);
  };
}

/** Counts a request, and its later charges. */
function withLimit(identity: Omit<Access, "headers" | "charge">, count: (tokens?: number) => RateLimitFields): Access {
  let headers = count();
  return {
    ...identity,
    get headers() {
      return headers;
    },
    charge(tokens) {
      headers = count(tokens);
    },
  };
}

function neededScope(method: string, pathname: string): Scope {
  if (OPERATORS.test(pathname)) return "admin";
  return SAFE_METHODS.has(method) ? "read" : "write";
}
