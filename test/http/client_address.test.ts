import { describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { clientAddress, parseNetworks } from "../../src/http/mod.ts";
import { newKey } from "../support/keys.ts";
import { spawnServer } from "../support/server_process.ts";
import { temporaryDirectory, until } from "../support/test_server.ts";

const TRUSTED = parseNetworks("127.0.0.1, 10.0.0.0/8, fd00::/8");

describe("clientAddress()", () => {
  test.each([
    ["a direct client, whose header is not believed", "203.0.113.7", "192.0.2.1", "203.0.113.7"],
    ["a client behind a proxy", "127.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["a client behind two proxies", "127.0.0.1", "203.0.113.7, 10.1.2.3", "203.0.113.7"],
    ["a client that sends the header itself", "127.0.0.1", "192.0.2.66, 203.0.113.7", "203.0.113.7"],
    ["a proxy without the header", "10.0.0.1", null, "10.0.0.1"],
    ["a header that is no address", "10.0.0.1", "unknown", "10.0.0.1"],
    ["an empty header", "10.0.0.1", " ,", "10.0.0.1"],
    ["a header with ports", "10.0.0.1", "203.0.113.7:5000", "203.0.113.7"],
    ["a header with brackets", "10.0.0.1", "[2001:db8::1]:5000", "2001:db8::1"],
    ["a proxy by IPv6", "fd00::1", "2001:db8::1", "2001:db8::1"],
    ["a proxy on a dual-stack socket", "::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["a header of proxies alone", "127.0.0.1", "10.0.0.2, 10.0.0.1", "10.0.0.2"],
  ])("reads %s", (_, peer, header, expected) => {
    const headers = new Headers(header === null ? {} : { "x-forwarded-for": header });
    expect(clientAddress(peer, headers, TRUSTED)).toBe(expected);
  });

  test.each(["proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "fd00::/129", "fe80::1%eth0"])(
    "a network is refused: %s",
    (text) => {
      expect(() => parseNetworks(text)).toThrow(/not an address or a network/);
    },
  );
});

test("the log names the client's address, owner and key, and wrong keys count for the client", async () => {
  const dataDir = await temporaryDirectory();
  const { key } = await newKey(dataDir, "ann");
  const env = { DATA_DIR: dataDir, TRUSTED_PROXIES: "127.0.0.1", AUTH_FAILURES_PER_MINUTE: "1" };
  await using server = await spawnServer(env);
  const from = (client: string, bearer: string) =>
    server.api("GET", "/assets", undefined, { "x-forwarded-for": client, authorization: `Bearer ${bearer}` });
  expect((await from("203.0.113.7", "wrong")).status).toBe(401);
  expect((await from("203.0.113.7", "wrong")).status).toBe(429);
  expect((await from("203.0.113.8", "wrong")).status).toBe(401);
  expect((await from("203.0.113.9", key)).status).toBe(200);
  await until(() => server.logs.some((line) => line.includes("203.0.113.9")));
  const line = server.logs.map((text) => JSON.parse(text)).find(({ address }) => address === "203.0.113.9");
  expect(line).toMatchObject({ level: "info", owner: "ann", actor: expect.any(String), status: 200 });
  expect(JSON.stringify(line)).not.toContain(key);
  await rm(dataDir, { recursive: true, force: true });
});
