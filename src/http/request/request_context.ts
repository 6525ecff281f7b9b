import type { Access } from "../../core/identity.ts";
import { requestIdOf } from "./request_id.ts";
import { type RequestTarget, requestTarget } from "./request_target.ts";

/** The state of a request from its arrival on. */
export interface RequestContext {
  readonly requestId: string;
  /** The time of arrival by the monotonic clock, in milliseconds. */
  readonly at: number;
  /** The parts of the URL; null when the Host header is malformed. */
  readonly target: RequestTarget | null;
  /** The access of the request; undefined until it is authorized. */
  access: Access | undefined;
  /** The address of the client; empty until it is known. */
  address: string;
}

const REQUEST_CONTEXT = Symbol("request context");

declare global {
  interface Request {
    [REQUEST_CONTEXT]?: RequestContext;
  }
}

/**
 * Returns the context of a request, creating it on the first call. It is stored on the request itself: WeakMap entries
 * cost the garbage collector a tenth of a small response.
 */
export function requestContextOf(request: Request): RequestContext {
  request[REQUEST_CONTEXT] ??= {
    requestId: requestIdOf(request),
    at: performance.now(),
    target: requestTarget(request.url),
    access: undefined,
    address: "",
  };
  return request[REQUEST_CONTEXT];
}
