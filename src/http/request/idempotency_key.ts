import { invalid } from "../../core/validation_errors.ts";
import { fingerprint } from "./fingerprint.ts";

/** An `Idempotency-Key` with the SHA-256 of its request. */
export interface IdempotencyClaim {
  readonly key: string;
  readonly fingerprint: string;
}

/**
 * Reads the `Idempotency-Key` header, as 1 to 255 printable ASCII characters.
 *
 * @param asked returns the parts that identify equal requests: the operation and the body
 * @returns undefined without the header
 * @throws {AppError} `validation_failed`
 */
export function idempotencyClaim(request: Request, asked: () => unknown): IdempotencyClaim | undefined {
  const key = request.headers.get("idempotency-key");
  if (key === null) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw invalid([{ path: "Idempotency-Key", message: "must be 1 to 255 printable ASCII characters without spaces" }]);
  }
  return { key, fingerprint: fingerprint(asked()) };
}
