import { AppError, type ErrorCode } from "../core/errors.ts";

/** Builds the error of a failed download from a predicate such as `is not a public host`. */
export type SourceErrorFactory = (code: ErrorCode, predicate: string) => AppError;

/**
 * Creates the error factory of a source.
 *
 * The errors name only the host that the caller requested. The target of a redirect may be the secret of a network that
 * the caller does not see, and so may addresses and ports.
 *
 * @param host - the requested host; "" for a URL without one
 */
export function sourceErrorFor(host: string, options: { redirected?: boolean } = {}): SourceErrorFactory {
  const what = host === "" ? "the source" : `from ${host.slice(0, 253)}`;
  const subject = options.redirected ? "its redirect target" : "it";
  return (code, predicate) => new AppError(code, `Cannot fetch ${what}: ${subject} ${predicate}`);
}

/** Returns the host in a URL, for {@linkcode sourceErrorFor}; "" where it has none. */
export function hostIn(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}
