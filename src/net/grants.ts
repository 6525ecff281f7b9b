import { isIP } from "node:net";
import { type HostAndPort, hostAndPort } from "./hosts.ts";

/**
 * The verdict of the grants on a host and port.
 *
 * - `named`: granted by this very name, also when its address is private
 * - `public`: covered by `*`, if all its addresses are public
 * - `port`: the host is granted, the port is not
 * - `none`: the host is not granted
 */
export type Verdict = "named" | "public" | "port" | "none";

/** The hosts that the server may fetch from. */
export interface Grants {
  /** The source text, for another process to parse. */
  readonly text: string;
  /** Judges a host and port, as {@linkcode hostAndPort} reads them. */
  judge(target: HostAndPort): Verdict;
}

interface Grant {
  covers(host: string): boolean;
  readonly ports: readonly number[];
  readonly verdict: "named" | "public";
}

const WEB_PORTS = [80, 443];

/**
 * Reads a comma-separated list of grants: `*` (every public host), `host`, `host:port`, `*.host`, `*.host:port`.
 *
 * Without a port, a grant is for 80 and 443. A host is a name (international ones may be written as they are), an
 * IPv4 address or an IPv6 address in brackets. `*.host` covers every subdomain and not the host itself.
 *
 * @throws {Error} with one sentence that names the wrong entry.
 *
 * @example
 * ```ts
 * const grants = parseGrants("*, minio.example:9000, [::1]:8080");
 * grants.judge({ host: "minio.example", port: 9000 }); // "named"
 * grants.judge({ host: "minio.example", port: 80 }); // "public": granted while its address is public
 * ```
 */
export function parseGrants(text: string): Grants {
  const grants = text.split(",").map((entry) => parseGrant(entry.trim()));
  return {
    text,
    judge({ host, port }) {
      const covering = grants.filter((grant) => grant.covers(host));
      const granted = covering.filter((grant) => grant.ports.includes(port));
      if (granted.some((grant) => grant.verdict === "named")) return "named";
      if (granted.length > 0) return "public";
      return covering.length > 0 ? "port" : "none";
    },
  };
}

function parseGrant(entry: string): Grant {
  if (entry === "*") return { covers: () => true, ports: WEB_PORTS, verdict: "public" };
  const subdomains = entry.startsWith("*.");
  const { host, ports } = parseHost(subdomains ? entry.slice(2) : entry, entry);
  if (!subdomains) return { covers: (name) => name === host, ports, verdict: "named" };
  if (isIP(host) !== 0) throw new Error(`Cannot read grant "${entry}": an address has no subdomains`);
  return { covers: (name) => name.endsWith(`.${host}`), ports, verdict: "named" };
}

function parseHost(text: string, entry: string): { host: string; ports: readonly number[] } {
  if (isIP(text) === 6) throw new Error(`Cannot read grant "${entry}": write an IPv6 address in brackets`);
  const match = /^(\[[^\]]*\]|[^:[\]]+)(?::(\d+))?$/.exec(text);
  const [, name, port] = match ?? [];
  // Reject characters that the URL parser reads as a path, user, query, wildcard or white space.
  if (name === undefined || /[/\\?#@*%\s]/.test(name) || !URL.canParse(`http://${name}`)) {
    throw new Error(`Cannot read grant "${entry}": it is not *, host, host:port or *.host`);
  }
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) {
    throw new Error(`Cannot read grant "${entry}": a port is a number from 1 to 65535`);
  }
  const parsed = hostAndPort(new URL(`http://${name}`));
  if (parsed === null) throw new Error(`Cannot read grant "${entry}": it is not a valid host name`);
  return { host: parsed.host, ports: port === undefined ? WEB_PORTS : [Number(port)] };
}
