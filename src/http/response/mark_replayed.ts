import type { AnswerSet } from "./response_headers.ts";

/**
 * Marks a response as the outcome of an earlier request with the same `Idempotency-Key`. Call it before anything that
 * can wait or fail, so that a failure carries the header too.
 */
export function markReplayed(set: AnswerSet, isReplayed: boolean): void {
  if (isReplayed) set.headers["idempotency-replayed"] = "true";
}
