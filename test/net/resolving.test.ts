import { describe, expect, test } from "bun:test";
import { createDownloader, parseGrants } from "../../src/net/mod.ts";
import { failure, fetchAll, scriptedOrigin, testDownloader } from "./origin.ts";

const HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const answering = (addresses: string[]) => async () =>
  addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

const NOT_PUBLIC = "source_not_allowed: Cannot fetch from rebind.example: it is not a public host";

describe("a public name is refused, unconnected, when it resolves to", () => {
  test.each([
    ["loopback", ["127.0.0.1"]],
    ["a private address", ["10.0.0.1"]],
    ["the metadata of a cloud", ["169.254.169.254"]],
    ["this host", ["0.0.0.0"]],
    ["IPv6 loopback", ["::1"]],
    ["mapped loopback", ["::ffff:127.0.0.1"]],
    ["a unique local address", ["fd00::1"]],
    ["a zone id", ["fe80::1%lo"]],
    ["one private among public addresses", ["8.8.8.8", "127.0.0.1"]],
    ["one private after many public addresses", [...Array(50).fill("8.8.8.8"), "::1"]],
    ["what is no address", ["localhost"]],
    ["an empty address", [""]],
  ])("%s", async (_name, addresses) => {
    await using origin = await scriptedOrigin(HELLO);
    // "*" cannot grant the port of a test server: only its sentence and the connections can be seen.
    const downloader = testDownloader("*", { resolve: answering(addresses) });
    expect(await failure(downloader.download("http://rebind.example/"))).toBe(NOT_PUBLIC);
    expect(origin.connections()).toBe(0);
  });
});

test("the family that the resolver claims is not believed", async () => {
  const resolve = async () => [{ address: "127.0.0.1", family: 6 }];
  expect(await failure(testDownloader("*", { resolve }).download("http://rebind.example/"))).toBe(NOT_PUBLIC);
});

test("a name is resolved once for each hop, so it cannot change between check and connection", async () => {
  await using origin = await scriptedOrigin(HELLO);
  const asked: string[] = [];
  const resolve = async (host: string) => {
    asked.push(host);
    return [{ address: asked.length === 1 ? "127.0.0.1" : "127.0.0.9", family: 4 }];
  };
  expect((await fetchAll(`http://origin.example:${origin.port}/`, { resolve })).text).toBe("hello");
  expect(asked).toEqual(["origin.example"]);
});

test("each download connects anew and resolves anew", async () => {
  await using origin = await scriptedOrigin(HELLO, { end: false });
  let asked = 0;
  const resolve = async () => {
    asked += 1;
    return [{ address: asked === 1 ? "127.0.0.1" : "127.0.0.9", family: 4 }];
  };
  const url = `http://origin.example:${origin.port}/`;
  const downloader = testDownloader(new URL(url).host, { resolve });
  for await (const _chunk of (await downloader.download(url)).body);
  expect(await failure(downloader.download(url))).toBe(
    "source_unreachable: Cannot fetch from origin.example: it does not accept the connection",
  );
});

describe("a granted name", () => {
  test("may have a private address", async () => {
    await using origin = await scriptedOrigin(HELLO);
    expect((await fetchAll(`http://localhost:${origin.port}/`)).text).toBe("hello");
    expect(
      (await fetchAll(`http://a.corp.internal:${origin.port}/`, { grants: `*.corp.internal:${origin.port}` })).text,
    ).toBe("hello");
  });

  test("is asked for and sent without its final dot", async () => {
    await using origin = await scriptedOrigin(HELLO);
    const url = `http://origin.example.:${origin.port}/`;
    expect((await fetchAll(url, { grants: `origin.example:${origin.port}` })).finalUrl).toBe(
      `http://origin.example:${origin.port}/`,
    );
    expect(origin.requests[0]).toContain(`Host: origin.example:${origin.port}\r\n`);
  });

  test("has no address with a zone id", async () => {
    expect(await failure(fetchAll("http://origin.example/", { resolve: answering(["fe80::1%lo"]) }))).toStartWith(
      "source_not_allowed: ",
    );
  });
});

describe("a source is unreachable", () => {
  const NO_NAME = "source_unreachable: Cannot fetch from origin.example: it has a name that cannot be resolved";

  test("when its name has no address", async () => {
    expect(await failure(fetchAll("http://origin.example/", { resolve: answering([]) }))).toBe(NO_NAME);
  });

  test("when the resolver fails, and its words stay here", async () => {
    const resolve = () => Promise.reject(new Error("getaddrinfo EAI_AGAIN 10.0.0.53"));
    expect(await failure(fetchAll("http://origin.example/", { resolve }))).toBe(NO_NAME);
  });

  test("when nothing listens, and neither address nor port is told", async () => {
    const origin = await scriptedOrigin(HELLO);
    await origin[Symbol.asyncDispose]();
    const sentence = await failure(fetchAll(`http://origin.example:${origin.port}/`));
    expect(sentence).toBe("source_unreachable: Cannot fetch from origin.example: it does not accept the connection");
  });

  test("with the system's resolver too", async () => {
    const downloader = createDownloader({ grants: parseGrants("*"), maxBytes: 1, totalMs: 20_000 });
    expect(await failure(downloader.download("http://nowhere.invalid/"))).toStartWith("source_unreachable: ");
  });
});

test("the system's resolver is asked by default", async () => {
  await using origin = await scriptedOrigin(HELLO);
  const host = `localhost:${origin.port}`;
  const downloader = createDownloader({ grants: parseGrants(host), maxBytes: 10, totalMs: 20_000 });
  using file = await downloader.download(`http://${host}/`);
  expect(file.finalUrl).toBe(`http://${host}/`);
});
