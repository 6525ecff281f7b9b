import { type Identity, LOCAL, NOBODY } from "../caller.ts";
import { AppError } from "../errors.ts";
import { presentedKey, unauthorized } from "./credentials.ts";
import type { Keyring } from "./keyring.ts";
import { includes, type Scope } from "./scope.ts";

/** Says who makes a request, before anything of it is read; or throws. */
export type Authorize = (request: Request, url: URL) => Identity;

/** What needs no key: the documentation, and what a load balancer asks. */
const PUBLIC = /^\/(docs|health)(\/|$)/;
const OPERATORS = /^\/metrics(\/|$)/;
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Decides who a request is from. Without a key ever issued everybody is `local`; after that every path that is not
 * known to be public needs a key.
 *
 * @returns a function that throws `unauthorized` without a valid key, `forbidden` when its scope is too small, and
 *   `bad_request` for two keys
 */
export function createAuthorize({ keyring }: { readonly keyring: Keyring }): Authorize {
  return (request, { pathname }) => {
    if (PUBLIC.test(pathname)) return { ...NOBODY, accessEnds: NEVER };
    if (keyring.isOpen) return { ...LOCAL, accessEnds: keyring.openEnds };
    const presented = presentedKey(request);
    const key = presented === null ? undefined : keyring.find(presented);
    if (!key) throw unauthorized(presented);
    const needed = neededScope(request.method, pathname);
    const { id, owner, scope } = key.row;
    if (!includes(scope, needed)) {
      throw new AppError("forbidden", `Cannot do this with a key of scope ${scope}: it needs ${needed}`);
    }
    return { owner, actor: id, accessEnds: key.ends };
  };
}

const NEVER: AbortSignal = new AbortController().signal;

function neededScope(method: string, pathname: string): Scope {
  if (OPERATORS.test(pathname)) return "admin";
  return SAFE_METHODS.has(method) ? "read" : "write";
}
