import type { Identity } from "../core/identity.ts";
import type { EventMetadata } from "./metadata.ts";

/** Returns the metadata of the events that a request causes. */
export function causedBy(
  { owner, actor, requestId }: Identity,
  idempotency?: { readonly key: string; readonly fingerprint: string },
): EventMetadata {
  return { owner, actor, requestId, ...(idempotency ? { idempotency } : {}) };
}
