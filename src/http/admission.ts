import { AppError } from "../errors.ts";
import type { MethodTable } from "./method_table.ts";

/** What is checked of every request before anything of it is read. */
export interface AdmissionOptions {
  /** Throws `forbidden` for a foreign host or origin. */
  readonly guard: (request: Request, url: URL) => void;
  readonly methods: () => MethodTable;
}

/** The longest request target, in characters. */
const MAX_TARGET_LENGTH = 8_192;

/**
 * Checks a request's URL, host, origin and method.
 *
 * @returns a function that throws `bad_request`, `forbidden`, `not_found`, or {@linkcode MethodNotAllowed}
 */
export function createAdmission({ guard, methods }: AdmissionOptions): (request: Request) => void {
  return (request) => {
    if (request.url.length > MAX_TARGET_LENGTH)
      throw new AppError("bad_request", "Cannot read the URL: it is too long");
    // With a malformed Host header Bun gives "/" as the URL.
    const url = URL.parse(request.url);
    if (!url) throw new AppError("bad_request", "Cannot read the Host header: it is malformed");
    guard(request, url);
    if (!isDecodable(url.pathname))
      throw new AppError("bad_request", "Cannot read the path: its escapes are not UTF-8");
    const allowed = methods().methodsOf(url.pathname);
    if (allowed && !allowed.includes(request.method)) throw new MethodNotAllowed(request.method, allowed);
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

function isDecodable(path: string): boolean {
  if (!path.includes("%")) return true;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
