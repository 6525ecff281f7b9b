import type { Identity } from "../../core/identity.ts";
import { requestIdOf } from "./request_id.ts";
import { type RequestTarget, requestTarget } from "./request_target.ts";

/** What is known of a request since it came in. */
export interface Arrival {
  readonly requestId: string;
  /** By the monotonic clock, in milliseconds. */
  readonly at: number;
  /** Null when the Host header is malformed. */
  readonly target: RequestTarget | null;
  /** Undefined until it is let in. */
  identity: Identity | undefined;
}

const ARRIVAL = Symbol("arrival");

declare global {
  interface Request {
    [ARRIVAL]?: Arrival;
  }
}

/**
 * What is known of a request; the first question is its arrival. It is kept on the request itself: the entries of a
 * WeakMap cost the garbage collector a tenth of a small answer.
 */
export function arrivalOf(request: Request): Arrival {
  request[ARRIVAL] ??= {
    requestId: requestIdOf(request),
    at: performance.now(),
    target: requestTarget(request.url),
    identity: undefined,
  };
  return request[ARRIVAL];
}
