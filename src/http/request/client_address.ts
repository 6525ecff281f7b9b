import { BlockList, isIP } from "node:net";

/** A set of addresses and networks. */
export interface Networks {
  includes(address: string): boolean;
}

/**
 * Reads comma-separated addresses and networks: `127.0.0.1, 10.0.0.0/8, fd00::/8`.
 *
 * @throws {Error} a predicate that names the wrong entry
 */
export function parseNetworks(text: string): Networks {
  const list = new BlockList();
  for (const entry of text.split(",").map((part) => part.trim())) {
    if (entry === "") continue;
    const [address = "", prefix, ...rest] = entry.split("/");
    const version = isIP(address);
    const bits = prefix === undefined ? undefined : Number(prefix);
    const isPrefix = bits === undefined || (/^\d{1,3}$/.test(prefix ?? "") && bits <= (version === 4 ? 32 : 128));
    if (version === 0 || address.includes("%") || rest.length > 0 || !isPrefix) {
      throw new Error(`has '${entry}', which is not an address or a network such as 10.0.0.0/8`);
    }
    const family = version === 4 ? "ipv4" : "ipv6";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, bits, family);
  }
  return {
    includes(address) {
      const version = isIP(address);
      return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
    },
  };
}

/**
 * Returns the address of the client. `X-Forwarded-For` is read from its end, and only as far as trusted proxies have
 * written it: a client can send the header, too.
 *
 * @param peer the address of the connection's other end
 */
export function clientAddress(peer: string, headers: Headers, trusted: Networks): string {
  let address = plainAddress(peer);
  if (!trusted.includes(address)) return address;
  const hops = (headers.get("x-forwarded-for") ?? "").split(",");
  while (trusted.includes(address)) {
    const hop = plainAddress(hops.pop()?.trim() ?? "");
    if (isIP(hop) === 0) break;
    address = hop;
  }
  return address;
}

/** Returns an address without the port and brackets that some proxies add, and an IPv4 address in IPv4 form. */
function plainAddress(text: string): string {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(text)?.[1] ?? text;
  return /^::ffff:(\d+(?:\.\d+){3})$/i.exec(bare)?.[1] ?? bare;
}
