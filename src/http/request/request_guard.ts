import { AppError } from "../../core/errors.ts";
import { invalid, MOST_DETAILS } from "../../core/validation_errors.ts";
import type { Cors } from "./cors.ts";
import type { MethodTable } from "./method_table.ts";
import type { RequestTarget } from "./request_target.ts";

/** What is checked of every request before anything of it is read. */
export interface RequestGuardOptions {
  /** Throws `forbidden` for a foreign host or origin. */
  readonly guard: (request: Request, target: RequestTarget) => void;
  /** Throws `unauthorized` and its like for a request that may not come in. */
  readonly authorize: (
    request: Request,
    asked: { readonly target: RequestTarget; readonly address: () => string },
  ) => void;
  readonly methods: () => MethodTable;
  readonly cors: Cors;
}

/** What is known of a request besides itself. */
export interface Arrived {
  /** Null when the Host header is malformed. */
  readonly target: RequestTarget | null;
  /** Of the other end of the connection. */
  readonly address: () => string;
}

/** The longest request target, in characters. */
const MAX_TARGET_LENGTH = 8_192;

/**
 * Checks a request's URL, host, origin, key and method, in this order: who may not come in learns of no path.
 *
 * @returns a function that throws `bad_request`, `validation_failed`, `forbidden`, what `authorize` throws, or
 *   {@linkcode MethodNotAllowed}, and answers a page's preflight, which never has a key
 */
export function createRequestGuard({
  guard,
  authorize,
  methods,
  cors,
}: RequestGuardOptions): (request: Request, arrived: Arrived) => Response | undefined {
  let known = "";

  /** What is no host comes as it was sent, neither parsed nor normalised; and nearly all requests name the same one. */
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
    // More than one, as the runtime joins them: two servers in a row might each believe another (RFC 9112, section 3.2).
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

/** A path that exists, asked with a method that it has not. */
export class MethodNotAllowed extends AppError {
  readonly allow: string;

  constructor(method: string, allowed: readonly string[]) {
    super("method_not_allowed", `Cannot ${method} this path: it allows ${allowed.join(", ")}`);
    this.allow = allowed.join(", ");
  }
}

/** No parameter of the API may be repeated; the framework would take one of the values without a word. */
function checkQuery({ search, searchParams }: RequestTarget): void {
  assertDecodable("query", search);
  const [seen, repeated] = [new Set<string>(), new Set<string>()];
  for (const name of searchParams.keys()) (seen.has(name) ? repeated : seen).add(name);
  if (repeated.size > 0)
    throw invalid([...repeated].slice(0, MOST_DETAILS).map((path) => ({ path, message: "must be given once" })));
}

/** @throws {AppError} `bad_request` */
export function assertDecodable(part: "path" | "query", text: string): void {
  if (!text.includes("%")) return;
  try {
    decodeURIComponent(text);
  } catch {
    throw new AppError("bad_request", `Cannot read the ${part}: its escapes are not UTF-8`);
  }
}
