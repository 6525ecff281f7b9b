import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

/** Inside the unicast space, and yet not an address of a host on the public Internet (IANA special-purpose registries). */
const RESERVED_IPV4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

const RESERVED_IPV6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["2620:4f:8000::", 48],
  ["3fff::", 20],
] as const;

const reservedIpv4 = new BlockList();
for (const [network, bits] of RESERVED_IPV4) reservedIpv4.addSubnet(network, bits, "ipv4");

const reservedIpv6 = new BlockList();
for (const [network, bits] of RESERVED_IPV6) reservedIpv6.addSubnet(network, bits, "ipv6");

// All IPv6 that is routed on the Internet; mapped, translated, local and multicast addresses lie outside.
const globalIpv6 = new BlockList();
globalIpv6.addSubnet("2000::", 3, "ipv6");

/**
 * Returns true for an address, without brackets, of a host on the public Internet.
 *
 * Everything else is false: private, loopback, link-local, shared, reserved and multicast addresses, IPv6 that embeds
 * IPv4, addresses with a zone id, and text that is no address.
 *
 * @example
 * ```ts
 * isPublicAddress("93.184.215.14"); // true
 * isPublicAddress("::ffff:93.184.215.14"); // false
 * ```
 */
export function isPublicAddress(address: string): boolean {
  // The family is always given: BlockList takes ipv4 by default, and a wrong one matches nothing.
  if (isIPv4(address)) return !reservedIpv4.check(address, "ipv4");
  if (!isIPv6(address) || address.includes("%")) return false;
  if (!globalIpv6.check(address, "ipv6") || reservedIpv6.check(address, "ipv6")) return false;
  return !hasIsatapId(address);
}

/**
 * Returns true for an interface id of ISATAP (RFC 5214, section 6.1): `0000:5efe` or, for an IPv4 address that is unique,
 * `0200:5efe`, then the IPv4 address to which a host or router with ISATAP tunnels the packet. It works under every prefix.
 */
function hasIsatapId(address: string): boolean {
  const groups = hexOf(address).split(":");
  const gap = groups.indexOf("");
  // The canonical spelling shortens the longest run of zeros only.
  const before = gap < 0 ? groups : groups.slice(0, gap);
  const after = gap < 0 ? [] : groups.slice(gap + 1).filter((group) => group !== "");
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => "0"), ...after];
  const [fourth, fifth] = [all[4] ?? "", all[5] ?? ""].map((group) => Number.parseInt(group, 16));
  // The two lowest bits of the first byte mark a universal id and the id of a group.
  return fifth === 0x5efe && ((fourth ?? 0) & ~0x0300) === 0;
}

/** Returns the canonical spelling, in groups of hexadecimal digits only. */
function hexOf(address: string): string {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [first, second, third, last] = (dotted?.slice(1) ?? []).map(Number);
  if (!dotted || first === undefined || second === undefined || third === undefined || last === undefined)
    return canonicalAddress(address);
  const groups = [first * 256 + second, third * 256 + last].map((group) => group.toString(16));
  return canonicalAddress(`${address.slice(0, dotted.index)}${groups.join(":")}`);
}

/** Returns true for an IPv4 or IPv6 address without brackets and zone id. */
export function isPlainAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes("%");
}

/** Returns the canonical spelling of a plain address, for comparison; IPv4 that is mapped into IPv6 counts as IPv4. */
export function canonicalAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  // Bun's parser refuses a few valid spellings, such as 0::0:0:0:0.0.0.0: those stay as they are.
  return URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? address;
}
