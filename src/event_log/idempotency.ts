import { AppError } from "../core/errors.ts";

/** A request that carries an `Idempotency-Key`. */
export interface IdempotentRequest {
  readonly owner: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** The namespace of the UUIDs that are derived from keys (RFC 9562, section 5.5). */
const NAMESPACE = "6f0d5b0e-6a3c-5d0e-9d7a-2f4b8c1e7a90";

/**
 * Returns the id of the resource that a request with this key creates. It is always the same, so that a retry finds the
 * first result. `index` distinguishes the resources of one request.
 */
export function idempotentId({ owner, key }: IdempotentRequest, index = 0): string {
  return Bun.randomUUIDv5(JSON.stringify([owner, key, index]), NAMESPACE);
}

/** Returns the error of a key that was used for a different request. */
export function idempotencyKeyReused(): AppError {
  return new AppError(
    "idempotency_key_reused",
    "Cannot use this Idempotency-Key again: it was used for another request",
  );
}
