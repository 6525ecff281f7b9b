import { describe, expect, test } from "bun:test";
import { failure, fetchAll, rawOrigin, scriptedOrigin, until } from "./origin.ts";

const HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const to = (location: string, status = 302) => `HTTP/1.1 ${status} Moved\r\nLocation: ${location}\r\n\r\n`;

describe("a redirect is followed", () => {
  test.each([301, 302, 303, 307, 308])("with status %p", async (status) => {
    await using origin = await rawOrigin((socket, path) => socket.end(path === "/b" ? HELLO : to("/b", status)));
    const file = await fetchAll(`http://origin.example:${origin.port}/a/a`);
    expect(file).toMatchObject({ text: "hello", finalUrl: `http://origin.example:${origin.port}/b` });
  });

  test.each([
    ["b", "/a/b"],
    ["../b", "/b"],
    ["?b", "/a/a?b"],
    ["/b#c", "/b"],
    ["/é", "/%C3%A9"],
    ["/a b", "/a%20b"],
  ])("to %p", async (location, path) => {
    await using origin = await rawOrigin((socket, asked) =>
      socket.end(asked === "/a/a" ? Buffer.from(to(location)) : HELLO),
    );
    expect((await fetchAll(`http://origin.example:${origin.port}/a/a`)).finalUrl).toBe(
      `http://origin.example:${origin.port}${path}`,
    );
  });

  test("to another granted host, without the place it comes from", async () => {
    await using last = await scriptedOrigin(HELLO);
    await using first = await scriptedOrigin(to(`//cdn.example:${last.port}/b`));
    const grants = `origin.example:${first.port}, cdn.example:${last.port}`;
    expect((await fetchAll(`http://origin.example:${first.port}/`, { grants })).text).toBe("hello");
    expect(last.requests[0]).toContain(`Host: cdn.example:${last.port}\r\n`);
    expect(last.requests[0]).not.toMatch(/referer|cookie|authorization/i);
  });

  test("five times and no more, with each connection closed", async () => {
    await using origin = await rawOrigin((socket, path) => {
      const hop = Number(path.slice(1));
      socket.write(hop === 5 ? HELLO : to(`/${hop + 1}`));
    });
    const url = `http://origin.example:${origin.port}`;
    expect((await fetchAll(`${url}/0`)).finalUrl).toBe(`${url}/5`);
    await until(() => origin.open() === 0);
    expect(await failure(fetchAll(`${url}/-1`))).toBe(
      "source_error: Cannot fetch from origin.example: it redirects more than 5 times",
    );
    await until(() => origin.open() === 0);
  });

  test("round and round only so often", async () => {
    await using origin = await scriptedOrigin(to("/"));
    expect(await failure(fetchAll(`http://origin.example:${origin.port}/`))).toContain("redirects more than 5 times");
    expect(origin.connections()).toBe(6);
  });
});

describe("a redirect is refused, and what it points to is not told:", () => {
  const it = (predicate: string) =>
    `source_not_allowed: Cannot fetch from origin.example: its redirect target ${predicate}`;
  const PORT = it("uses a port that is not granted");
  const ADDRESS = it("is not a public host");
  const SCHEME = it("is not an http or https URL");
  test.each([
    ["http://10.0.0.1/", ADDRESS],
    ["http://127.0.0.1/", ADDRESS],
    ["http://0x7f.1/", ADDRESS],
    ["http://[::ffff:127.0.0.1]/", ADDRESS],
    ["//169.254.169.254/latest/meta-data/", ADDRESS],
    ["http://localhost/", ADDRESS],
    ["http://private.example/", ADDRESS],
    ["http://10.0.0.1:6379/", PORT],
    ["http://origin.example:1/", PORT],
    ["https://other.example:8443/", PORT],
    ["file:///etc/passwd", SCHEME],
    ["data:text/plain,hello", SCHEME],
    ["javascript:alert(1)", SCHEME],
    ["gopher://10.0.0.1/", SCHEME],
    ["http://me:pw@other.example/", it("carries a user name or a password")],
    ["http://[", it("is not a valid URL")],
    ["http://a..b/", it("has no valid host name")],
  ])("%s", async (location, sentence) => {
    await using origin = await scriptedOrigin(to(location), { end: false });
    const grants = `*, origin.example:${origin.port}`;
    expect(await failure(fetchAll(`http://origin.example:${origin.port}/`, { grants }))).toBe(sentence);
    await until(() => origin.open() === 0);
    expect(origin.connections()).toBe(1);
  });

  test("a host that no grant names", async () => {
    await using origin = await scriptedOrigin(to("http://other.example/"));
    expect(await failure(fetchAll(`http://origin.example:${origin.port}/`))).toBe(it("is not a granted host"));
  });

  test("a granted host that cannot be reached", async () => {
    const last = await scriptedOrigin(HELLO);
    await last[Symbol.asyncDispose]();
    await using origin = await scriptedOrigin(to(`http://db.corp.example:${last.port}/`));
    const grants = `origin.example:${origin.port}, db.corp.example:${last.port}`;
    expect(await failure(fetchAll(`http://origin.example:${origin.port}/`, { grants }))).toBe(
      "source_unreachable: Cannot fetch from origin.example: its redirect target does not accept the connection",
    );
  });
});

test.each(["HTTP/1.1 302 Found\r\n\r\n", to("")])("a redirect without a place is an error: %p", async (answer) => {
  await using origin = await scriptedOrigin(answer);
  expect(await failure(fetchAll(`http://origin.example:${origin.port}/`))).toBe(
    "source_error: Cannot fetch from origin.example: it redirects without saying where to",
  );
});

test("the name of each hop is resolved and checked", async () => {
  await using origin = await scriptedOrigin(to("http://second.example/"));
  const asked: string[] = [];
  const resolve = async (host: string) => {
    asked.push(host);
    return [{ address: "127.0.0.1", family: 4 }];
  };
  const grants = `*, first.example:${origin.port}`;
  expect(await failure(fetchAll(`http://first.example:${origin.port}/`, { grants, resolve }))).toContain(
    "is not a public host",
  );
  expect(asked).toEqual(["first.example", "second.example"]);
});
