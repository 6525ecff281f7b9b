import { isIP } from "node:net";

/** The host of a URL, without brackets, and its port. */
export interface HostAndPort {
  /** A name in lower case and Punycode without a final dot, or an address in its one spelling without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Names that never belong to the public Internet (RFC 6761, RFC 6762, RFC 8375, and ICANN's `.internal`). */
const LOCAL_SUFFIXES = [".localhost", ".local", ".internal", ".home.arpa"];

/**
 * Reads host and port of an http or https URL.
 *
 * The parser has already folded octal, hexadecimal, short and full-width spellings. One final dot is dropped, as
 * `example.com.` is the same name as `example.com`.
 *
 * @returns `null` where the host has an empty label or is longer than DNS allows (RFC 1035, section 2.3.4).
 */
export function hostAndPort(url: URL): HostAndPort | null {
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (host === "" || host.length > 253) return null;
  if (isIP(host) === 0 && host.split(".").some((label) => label === "" || label.length > 63)) return null;
  return { host, port: url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port) };
}

/**
 * Returns true for a name that only resolves inside a private network, and so is never looked up.
 *
 * Names without a dot count too: a resolver completes them with the search domain of this machine.
 */
export function isLocalName(host: string): boolean {
  if (isIP(host) !== 0) return false;
  return !host.includes(".") || LOCAL_SUFFIXES.some((suffix) => host.endsWith(suffix));
}
