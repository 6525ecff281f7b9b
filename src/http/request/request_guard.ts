import { AppError } from "../../core/errors.ts";
import { invalid, MOST_DETAILS } from "../../core/validation_errors.ts";
import type { Cors } from "./cors.ts";
import type { MethodTable } from "./method_table.ts";
import type { RequestTarget } from "./request_target.ts";

/** The checks of every request before its body is read. */
export interface RequestGuardOptions {
  /** Throws `forbidden` for a foreign host or origin. */
  readonly guard: (request: Request, target: RequestTarget) => void;
  /** Throws `unauthorized`, `forbidden` or `rate_limited` for a request that is not allowed. */
  readonly authorize: (
    request: Request,
    asked: { readonly target: RequestTarget; readonly address: () => string },
  ) => void;
  readonly methods: () => MethodTable;
  readonly cors: Cors;
}

/** The connection and the target of a request. */
export interface Arrived {
  /** The parts of the URL; null when the Host header is malformed. */
  readonly target: RequestTarget | null;
  /** Returns the address of the client. */
  readonly address: () => string;
}

/** The longest request target, in characters. */
const MAX_TARGET_LENGTH = 8_192;

/**
 * Creates the check of a request's URL, host, origin, key and method, in this order, so that a client without access
 * learns no paths.
 *
 * @returns a function that throws `bad_request`, `validation_failed`, `forbidden`, the errors of `authorize`, or
 *   {@linkcode MethodNotAllowed}, and answers a page's preflight, which never has a key
 */
export function createRequestGuard({
  guard,
  authorize,
  methods,
  cors,
}: RequestGuardOptions): (request: Request, arrived: Arrived) => Response | undefined {
  let known = "";

  /**
   * Returns true for a valid host. Nearly all requests name the same one. The runtime passes an invalid host on
   * unparsed.
   */
  function isHost({ host, origin }: RequestTarget): boolean {
    if (host !== known && !URL.canParse(origin)) return false;
    known = host;
    return true;
  }

  return (request, { target, address }) => {
    if (request.url.length > MAX_TARGET_LENGTH)
      throw new AppError("bad_request", "Cannot read the URL: it is too long");
    // With a malformed Host header Bun may also give "/" as the URL.
    if (!target || !isHost(target)) throw new AppError("bad_request", "Cannot read the Host header: it is malformed");
    // The runtime joins several hosts with commas: two servers in a row might each trust a different one (RFC 9112,
    // section 3.2).
    if (request.headers.get("host")?.includes(","))
      throw new AppError("bad_request", "Cannot read the Host header: there is more than one");
    guard(request, target);
    assertDecodable("path", target.pathname);
    if (target.search !== "") checkQuery(target);
    const allowed = methods().methodsOf(target.pathname);
    const preflight = allowed ? cors.preflight(request, allowed) : undefined;
    if (preflight) return preflight;
    authorize(request, { target, address });
    if (!allowed) return undefined;
    if (!allowed.includes(request.method)) throw new MethodNotAllowed(request.method, allowed);
    return undefined;
  };
}

/** The error of a known path with a method that it does not have. */
export class MethodNotAllowed extends AppError {
  readonly allow: string;

  constructor(method: string, allowed: readonly string[]) {
    super("method_not_allowed", `Cannot ${method} this path: it allows ${allowed.join(", ")}`);
    this.allow = allowed.join(", ");
  }
}

/** Rejects repeated parameters; the framework would silently take one of the values. */
function checkQuery({ search, searchParams }: RequestTarget): void {
  assertDecodable("query", search);
  const [seen, repeated] = [new Set<string>(), new Set<string>()];
  for (const name of searchParams.keys()) (seen.has(name) ? repeated : seen).add(name);
  if (repeated.size > 0)
    throw invalid([...repeated].slice(0, MOST_DETAILS).map((path) => ({ path, message: "must be given once" })));
}

/** Checks that a part of the URL can be decoded. @throws {AppError} `bad_request` */
export function assertDecodable(part: "path" | "query", text: string): void {
  if (!text.includes("%")) return;
  try {
    decodeURIComponent(text);
  } catch {
    throw new AppError("bad_request", `Cannot read the ${part}: its escapes are not UTF-8`);
  }
}
