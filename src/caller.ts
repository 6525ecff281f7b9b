import type { EventMetadata } from "./event_log/mod.ts";

/** Who makes a request, as commands and queries need to know it. */
export interface Caller {
  /** Whose things it may see and change. */
  readonly owner: string;
  /** Who it is, as events record it. */
  readonly actor: string;
  readonly requestId: string;
}

/** The owner and actor of an open server. */
export const LOCAL = { owner: "local", actor: "local" } as const;

/** The metadata of events that a caller causes. */
export function causedBy(
  { owner, actor, requestId }: Caller,
  idempotency?: { readonly key: string; readonly fingerprint: string },
): EventMetadata {
  return { owner, actor, requestId, ...(idempotency ? { idempotency } : {}) };
}
