import { AppError, type ErrorCode } from "../core/errors.ts";

/** Makes the error of a failed download from what is wrong, such as `is not a public host`. */
export type SourceErrorFactory = (code: ErrorCode, predicate: string) => AppError;

/**
 * Complaints about a source, in the caller's own words.
 *
 * They name only the host that the caller asked for. What a redirect points to may be the secret of a network that
 * the caller does not see, and so may addresses and ports.
 *
 * @param host - the host that was asked for; "" where the URL has none
 */
export function sourceErrorFor(host: string, options: { redirected?: boolean } = {}): SourceErrorFactory {
  const what = host === "" ? "the source" : `from ${host.slice(0, 253)}`;
  const subject = options.redirected ? "its redirect target" : "it";
  return (code, predicate) => new AppError(code, `Cannot fetch ${what}: ${subject} ${predicate}`);
}

/** The host that a URL names, for {@linkcode sourceErrorFor}; "" where it has none. */
export function hostIn(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}
