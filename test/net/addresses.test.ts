import { expect, test } from "bun:test";
import { canonicalAddress, isPlainAddress, isPublicAddress } from "../../src/net/addresses.ts";

const PUBLIC = [
  "1.1.1.1",
  "8.8.8.8",
  "93.184.215.14",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.1",
  "168.63.129.15",
  "172.15.255.255",
  "172.32.0.0",
  "192.0.1.0",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2a00:1450:4001:80f::200e",
  "2620:4f:7fff::1",
  "2606:4700:4700::5eff:a00:1",
  "2606:4700:4700:0:1:5efe:a00:1",
  "2606:4700:4700:5efe:a00:1:0:1",
];

const NOT_PUBLIC = [
  // this network, private, shared, loopback, link-local
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.0",
  "10.255.255.255",
  "100.64.0.0",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.255",
  "169.254.169.254",
  "172.16.0.0",
  "172.31.255.255",
  "192.168.1.1",
  // special purposes, documentation, benchmarks, multicast, reserved, broadcast, a cloud's own wire server
  "192.0.0.8",
  "192.0.2.1",
  "192.31.196.1",
  "192.52.193.1",
  "192.88.99.1",
  "192.175.48.1",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "168.63.129.16",
  // IPv6: unspecified, loopback, link-local, site-local, unique local, multicast
  "::",
  "::1",
  "0:0:0:0:0:0:0:1",
  "fe80::1",
  "fec0::1",
  "fc00::1",
  "fd00:ec2::254",
  "ff02::1",
  // IPv6 that carries IPv4 within: mapped, compatible, translated, 6to4, Teredo
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "::ffff:7f00:1",
  "::127.0.0.1",
  "::ffff:0:127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b:1::7f00:1",
  "2002:7f00:1::",
  "2001:0:7f00:1::",
  // ISATAP under a global prefix, in every spelling and with each state of the universal bit
  "2606:4700:4700::5efe:10.0.0.1",
  "2606:4700:4700::5efe:8.8.8.8",
  "2606:4700:4700:0:0:5efe:a00:1",
  "2606:4700:4700:1:200:5efe:7f00:1",
  "2606:4700:4700:1:0:5EFE:a9fe:a9fe",
  "2a00:1450::200:5efe:c0a8:1",
  // documentation, benchmarks, ORCHID, discard, segment routing
  "2001:db8::1",
  "2001:2::1",
  "2001:20::1",
  "2620:4f:8000::1",
  "3fff::1",
  "100::1",
  "5f00::1",
  "4000::1",
  // zone ids, brackets and things that are no address
  "fe80::1%eth0",
  "2606:4700:4700::1111%eth0",
  "[2606:4700:4700::1111]",
  "8.8.8.8:80",
  " 8.8.8.8",
  "8.8.8",
  "08.8.8.8",
  "0x8.8.8.8",
  "134744072",
  "",
  "localhost",
];

test.each(PUBLIC)("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each(NOT_PUBLIC)("%p is not public", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test("a plain address has no brackets and no zone id", () => {
  expect(["127.0.0.1", "::1", "fe80::1"].map(isPlainAddress)).toEqual([true, true, true]);
  expect(["[::1]", "fe80::1%eth0", "localhost", ""].map(isPlainAddress)).toEqual([false, false, false, false]);
});

test("two spellings of one address become the same", () => {
  expect(canonicalAddress("0:0:0:0:0:0:0:1")).toBe("::1");
  expect(canonicalAddress("2001:DB8::0001")).toBe("2001:db8::1");
  expect(canonicalAddress("::ffff:127.0.0.1")).toBe("127.0.0.1");
  expect(canonicalAddress("127.0.0.1")).toBe("127.0.0.1");
  expect(canonicalAddress("0::0:0:0:0.0.0.0")).not.toBe("");
  expect(canonicalAddress("")).toBe("");
});
