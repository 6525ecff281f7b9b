import { isIP } from "node:net";
import { isPublicAddress } from "./addresses.ts";
import type { Grants } from "./grants.ts";
import { type HostAndPort, hostAndPort, isLocalName } from "./hosts.ts";
import type { SourceErrorFactory } from "./source_error.ts";

/** A place that may be fetched from, as far as that can be told without asking for its addresses. */
export interface Target extends HostAndPort {
  /** What to ask for; never with userinfo or fragment. */
  readonly url: URL;
  /** Granted by its own name, so a private address is right too. */
  readonly named: boolean;
}

/** Longer URLs than servers take; keeps rows and logs of a sane size. */
const MAX_URL_LENGTH = 8192;

/**
 * Checks all of a URL that can be checked at once: syntax, scheme, userinfo, host, port, and the address of a literal.
 *
 * @param base - what a relative URL refers to (RFC 9110, section 10.2.2)
 * @throws {AppError} `source_not_allowed`
 */
export function checkTarget(
  text: string,
  options: { grants: Grants; sourceError: SourceErrorFactory; base?: URL },
): Target {
  const { grants, sourceError, base } = options;
  const refuse = (predicate: string) => sourceError("source_not_allowed", predicate);

  const url = URL.parse(text, base?.href);
  if (url === null) throw refuse("is not a valid URL");
  if (url.href.length > MAX_URL_LENGTH) throw refuse(`has a URL of more than ${MAX_URL_LENGTH} characters`);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw refuse("is not an http or https URL");
  if (url.username !== "" || url.password !== "") throw refuse("carries a user name or a password");

  const place = hostAndPort(url);
  if (place === null) throw refuse("has no valid host name");
  const verdict = grants.judge(place);
  if (verdict === "none") throw refuse("is not a granted host");
  if (verdict === "port") throw refuse("uses a port that is not granted");
  const { host, port } = place;
  if (verdict === "public" && (isIP(host) === 0 ? isLocalName(host) : !isPublicAddress(host)))
    throw refuseAddress(sourceError);

  url.hash = "";
  if (isIP(host) === 0) url.hostname = host;
  return { url, host, port, named: verdict === "named" };
}

/** The one sentence for every host that is not public, whether its address exists, is closed or is open. */
export function refuseAddress(sourceError: SourceErrorFactory): Error {
  return sourceError("source_not_allowed", "is not a public host");
}
