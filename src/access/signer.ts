import { timingSafeEqual } from "node:crypto";
import { AppError } from "../core/errors.ts";
import type { SigningSecrets } from "./signing_secrets.ts";

/** Signs paths, and verifies signatures. */
export interface Signer {
  /**
   * Returns the path with `expires` and `signature`; the same for an hour, so that caches work, and valid for one to
   * two.
   */
  sign(path: string): string;
  /**
   * Checks a signature.
   *
   * @returns the whole seconds until the URL expires
   * @throws {AppError} `forbidden` when the signature does not match the path and time, or the time is over
   */
  verify(path: string, signed: SignedQuery): number;
}

/** The query of a signed URL. */
export interface SignedQuery {
  readonly expires: string | null;
  readonly signature: string | null;
}

const HOUR_S = 3_600;

/**
 * Creates a signer by HMAC-SHA256 over the whole path, so that a signature opens one resource and one kind of read:
 * that of `/data` does not open `/thumbnail`.
 *
 * @param now in milliseconds since 1970
 */
export function createSigner(secrets: SigningSecrets, now: () => number = Date.now): Signer {
  const [signing] = secrets;

  return {
    sign(path) {
      const expires = String((Math.floor(now() / 1000 / HOUR_S) + 2) * HOUR_S);
      return `${path}?expires=${expires}&signature=${signatureOf(signing, path, expires).toString("base64url")}`;
    },
    verify(path, { expires, signature }) {
      if (expires === null || signature === null || !/^[1-9]\d{0,11}$/.test(expires)) throw foreign();
      const given = Buffer.from(signature, "base64url");
      // Decoding is lenient; only the exact spelling that was signed is valid.
      if (given.toString("base64url") !== signature) throw foreign();
      // All secrets are tried, so that the time does not reveal the matching one.
      const fits = secrets.map((secret) => isSame(given, signatureOf(secret, path, expires)));
      if (!fits.includes(true)) throw foreign();
      const leftMs = Number(expires) * 1000 - now();
      if (leftMs <= 0) throw new AppError("forbidden", "Cannot open this signed URL: it has expired");
      return Math.floor(leftMs / 1000);
    },
  };
}

function signatureOf(secret: string, path: string, expires: string): Buffer {
  return new Bun.CryptoHasher("sha256", secret).update(`reelog signed read 1\n${path}\n${expires}`).digest();
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function foreign(): AppError {
  return new AppError("forbidden", "Cannot open this signed URL: the signature does not match this URL");
}
