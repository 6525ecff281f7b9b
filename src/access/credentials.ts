import { AppError } from "../core/errors.ts";
import { HttpError } from "../http/mod.ts";
import { isKey } from "./key.ts";

/**
 * Returns the key of a request, from `Authorization: Bearer` (RFC 6750) or `X-API-Key`; null without one. A scheme
 * other than Bearer is left to others, such as a proxy in front.
 *
 * @throws {AppError} `bad_request` when the two headers name different keys (RFC 6750, section 2)
 */
export function presentedKey({ headers }: Request): string | null {
  const authorization = headers.get("authorization");
  const bearer = authorization === null ? undefined : /^bearer +(.*)$/i.exec(authorization)?.[1]?.trim();
  const plain = headers.get("x-api-key")?.trim();
  if (bearer !== undefined && plain !== undefined && bearer !== plain) {
    throw new AppError(
      "bad_request",
      "Cannot identify the client: Authorization and X-API-Key name different keys; send one of them",
    );
  }
  return bearer ?? plain ?? null;
}

/** Returns the error of a request without a valid key, with the challenge of RFC 6750, section 3. */
export function unauthorized(presented: string | null): HttpError {
  return presented === null
    ? new HttpError("unauthorized", "Cannot answer without an API key: this server needs one", {
        headers: { "www-authenticate": 'Bearer realm="reelog"' },
      })
    : invalidToken(`Cannot accept this API key: ${whyRefused(presented)}`);
}

/** Returns the error of a request whose access ended while it was under way. */
export function accessEnded(why: string): HttpError {
  return invalidToken(`Cannot continue: ${why}`);
}

function invalidToken(message: string): HttpError {
  const headers = { "www-authenticate": 'Bearer realm="reelog", error="invalid_token"' };
  return new HttpError("unauthorized", message, { headers });
}

/** Returns the reason for the refusal. The checksum only detects typos, so it is no secret. */
function whyRefused(presented: string): string {
  return isKey(presented) ? "it is unknown, revoked or expired" : "it is not a Reelog key, or it is incomplete";
}
