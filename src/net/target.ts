import { isIP } from "node:net";
import { isPublicAddress } from "./addresses.ts";
import type { Grants } from "./grants.ts";
import { type HostAndPort, hostAndPort, isLocalName } from "./hosts.ts";
import type { SourceErrorFactory } from "./source_error.ts";

/** A granted source, checked except for the addresses of its name. */
export interface Target extends HostAndPort {
  /** The URL to request, without userinfo and fragment. */
  readonly url: URL;
  /** Granted by name, which allows private addresses. */
  readonly named: boolean;
}

/** The longest URL, in characters: longer than servers accept; bounds rows and logs. */
const MAX_URL_LENGTH = 8192;

/**
 * Checks a URL without the network: syntax, scheme, userinfo, host, port, and the address of a literal.
 *
 * @param base - the base of a relative URL (RFC 9110, section 10.2.2)
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

  const hostPort = hostAndPort(url);
  if (hostPort === null) throw refuse("has no valid host name");
  const verdict = grants.judge(hostPort);
  if (verdict === "none") throw refuse("is not a granted host");
  if (verdict === "port") throw refuse("uses a port that is not granted");
  const { host, port } = hostPort;
  if (verdict === "public" && (isIP(host) === 0 ? isLocalName(host) : !isPublicAddress(host)))
    throw refuseAddress(sourceError);

  url.hash = "";
  if (isIP(host) === 0) url.hostname = host;
  return { url, host, port, named: verdict === "named" };
}

/** Builds the one error for every host that is not public, so that it does not reveal which addresses exist. */
export function refuseAddress(sourceError: SourceErrorFactory): Error {
  return sourceError("source_not_allowed", "is not a public host");
}
