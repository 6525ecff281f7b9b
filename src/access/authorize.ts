import { type Identity, LOCAL, NOBODY } from "../caller.ts";
import { AppError } from "../errors.ts";
import { presentedKey, unauthorized } from "./credentials.ts";
import type { Keyring } from "./keyring.ts";
import { includes, type Scope } from "./scope.ts";
import { type SignedReadDeps, signedRead } from "./signed_read.ts";

/** Says who makes a request, before anything of it is read; or throws. */
export type Authorize = (request: Request, url: URL) => Identity;

/** What it takes to let requests in. */
export interface AuthorizeDeps extends SignedReadDeps {
  readonly keyring: Keyring;
}

/** What needs no key: the documentation, and what a load balancer asks. */
const PUBLIC = /^\/(docs|health)(\/|$)/;
const OPERATORS = /^\/metrics(\/|$)/;
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Decides who a request is from. Without a key ever issued everybody is `local`; after that every path that is not
 * known to be public needs a key, or a signed URL. A key that is presented counts, whatever the URL says.
 *
 * @returns a function that throws `unauthorized` without a valid key, `forbidden` when its scope is too small or the
 *   signed URL is not right, and `bad_request` for two keys
 */
export function createAuthorize({ keyring, ...signing }: AuthorizeDeps): Authorize {
  return (request, url) => {
    const { pathname } = url;
    if (PUBLIC.test(pathname)) return { ...NOBODY, accessEnds: NEVER, isByAddress: true };
    if (keyring.isOpen) return { ...LOCAL, accessEnds: keyring.openEnds, isByAddress: true };
    const presented = presentedKey(request);
    const signed = presented === null ? signedRead(request, url, signing) : null;
    if (signed) return signed;
    const key = presented === null ? undefined : keyring.find(presented);
    if (!key) throw unauthorized(presented);
    const needed = neededScope(request.method, pathname);
    const { id, owner, scope } = key.row;
    if (!includes(scope, needed)) {
      throw new AppError("forbidden", `Cannot do this with a key of scope ${scope}: it needs ${needed}`);
    }
    return { owner, actor: id, accessEnds: key.ends, isByAddress: false };
  };
}

const NEVER: AbortSignal = new AbortController().signal;

function neededScope(method: string, pathname: string): Scope {
  if (OPERATORS.test(pathname)) return "admin";
  return SAFE_METHODS.has(method) ? "read" : "write";
}
