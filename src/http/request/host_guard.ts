import { AppError } from "../../core/errors.ts";
import type { RequestTarget } from "./request_target.ts";

/** The hosts and origins with access to an open server. */
export interface HostGuardOptions {
  /** Without a trailing slash. */
  readonly publicUrl: string | null;
  /** Origins, as browsers send them. */
  readonly allowedOrigins: readonly string[];
}

const LOOPBACK = /^(localhost\.?|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Creates a check that keeps web pages from controlling an open server. The Host must be a loopback name or that of
 * `PUBLIC_URL`, so that a page cannot reach it by DNS rebinding; and a request with an Origin must come from the
 * server's own pages or an allowed one.
 *
 * @returns a check that throws `forbidden`
 */
export function createHostGuard({
  publicUrl,
  allowedOrigins,
}: HostGuardOptions): (request: Request, target: RequestTarget) => void {
  const ours = publicUrl === null ? null : new URL(publicUrl);
  const allowed = new Set(allowedOrigins);
  return (request, target) => {
    if (!LOOPBACK.test(target.hostname) && target.host !== ours?.host) {
      throw new AppError("forbidden", "Cannot answer for this host: an open server answers to loopback names only");
    }
    const origin = request.headers.get("origin");
    if (origin === null) return;
    if (origin !== target.origin && origin !== ours?.origin && !allowed.has(origin)) {
      throw new AppError("forbidden", "Cannot answer a page of another origin: it is not in ALLOWED_ORIGINS");
    }
  };
}
