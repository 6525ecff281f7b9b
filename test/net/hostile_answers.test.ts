import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { endless, failure, fetchAll, rawOrigin, scriptedOrigin, testDownloader, until } from "./origin.ts";

const OK = "HTTP/1.1 200 OK\r\n";
const sized = (bytes: number) => `${OK}Content-Length: ${bytes}\r\n\r\n`;

const STATUS = (status: number) => `source_error: Cannot fetch from origin.example: it answers with status ${status}`;
const CUT_OFF = "source_error: Cannot fetch from origin.example: it broke off before the file was complete";
const COMPRESSED =
  "source_error: Cannot fetch from origin.example: it sends a compressed transfer that was not asked for";
const NOT_HTTP = "source_error: Cannot fetch from origin.example: it does not answer in valid HTTP";
const HEADERS = "source_error: Cannot fetch from origin.example: it sends too many headers";
const TOO_LARGE = "asset_too_large: Cannot fetch from origin.example: it is larger than 1 MiB";
const BROKE_OFF = "source_unreachable: Cannot fetch from origin.example: it broke off the connection";
const bomb = gzipSync(new Uint8Array(10 * 1024 ** 2));

describe("refused with a clear error, and the connection closed:", () => {
  test.each<[string, string | Uint8Array, string]>([
    ["a 404", "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello", STATUS(404)],
    ["a 403", "HTTP/1.1 403 Forbidden\r\n\r\n", STATUS(403)],
    ["a 500", "HTTP/1.1 500 Oops\r\n\r\n", STATUS(500)],
    ["a 201", "HTTP/1.1 201 Created\r\n\r\nhello", STATUS(201)],
    ["a 204", "HTTP/1.1 204 No Content\r\n\r\n", STATUS(204)],
    ["a part that was not asked for", "HTTP/1.1 206 Part\r\nContent-Range: bytes 0-4/9\r\n\r\nhello", STATUS(206)],
    ["a 300", "HTTP/1.1 300 Choices\r\nLocation: /b\r\n\r\n", STATUS(300)],
    ["a 304", "HTTP/1.1 304 Not Modified\r\n\r\n", STATUS(304)],
    ["a status beyond all classes", "HTTP/1.1 999 Denied\r\n\r\n", STATUS(999)],
    ["a change of protocol", "HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", STATUS(101)],
    [
      "a flood of interim answers",
      "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(5000),
      "source_error: Cannot fetch from origin.example: it sends too many interim answers",
    ],
    ["one header too long", `${OK}X: ${"a".repeat(20_000)}\r\n\r\n`, HEADERS],
    ["a long reason phrase and headers", `HTTP/1.1 200 ${"a".repeat(20_000)}\r\n\r\n`, HEADERS],
    ["too many headers", `${OK}${"X: aaaaaaaa\r\n".repeat(3000)}\r\n`, HEADERS],
    ["too many trailers", `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n${"X: aaaaa\r\n".repeat(9000)}\r\n`, CUT_OFF],
    ["a size over the limit", sized(1024 ** 2 + 1), TOO_LARGE],
    ["a size beyond all numbers of ours", sized(Number.MAX_SAFE_INTEGER), TOO_LARGE],
    ["a body over the limit without a size", `${OK}\r\n${"a".repeat(1024 ** 2 + 1)}`, TOO_LARGE],
    [
      "a chunked body over the limit",
      `${OK}Transfer-Encoding: chunked\r\n\r\n${`8000\r\n${"a".repeat(0x8000)}\r\n`.repeat(33)}0\r\n\r\n`,
      TOO_LARGE,
    ],
    ["a body shorter than its size", `${sized(50)}hello`, CUT_OFF],
    ["nothing of a body", sized(50), CUT_OFF],
    ["chunks without an end", `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`, CUT_OFF],
    ["half a chunk", `${OK}Transfer-Encoding: chunked\r\n\r\nff\r\nhello`, CUT_OFF],
    ["garbage for a chunk", `${OK}Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n`, CUT_OFF],
    ["a negative chunk", `${OK}Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n`, CUT_OFF],
    ["a chunk of 2^72 bytes", `${OK}Transfer-Encoding: chunked\r\n\r\n${"f".repeat(18)}\r\nhello`, CUT_OFF],
    ["a chunk extension without end", `${OK}Transfer-Encoding: chunked\r\n\r\n5;${"a".repeat(99_999)}`, CUT_OFF],
    ["gzip", Buffer.concat([Buffer.from(`${OK}Content-Encoding: gzip\r\n\r\n`), bomb]), TOO_LARGE],
    [
      "gzip behind 2500 headers",
      Buffer.concat([Buffer.from(`${OK}${"a:b\r\n".repeat(2500)}Content-Encoding: gzip\r\n\r\n`), bomb]),
      TOO_LARGE,
    ],
    ["gzip as transfer encoding", `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, COMPRESSED],
    ["two sizes", `${OK}Content-Length: 3\r\nContent-Length: 5\r\n\r\nhello`, NOT_HTTP],
    ["a size and chunks", `${OK}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`, NOT_HTTP],
    ["a negative size", `${OK}Content-Length: -5\r\n\r\nhello`, NOT_HTTP],
    ["a hexadecimal size", `${OK}Content-Length: 0x5\r\n\r\nhello`, NOT_HTTP],
    ["a size of 30 digits", `${OK}Content-Length: ${"9".repeat(30)}\r\n\r\nhello`, NOT_HTTP],
    ["a NUL in a header", `${OK}X: a\0b\r\n\r\n`, NOT_HTTP],
    ["bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", NOT_HTTP],
    ["HTTP/0.9", "hello", NOT_HTTP],
    ["HTTP/2", "HTTP/2 200\r\n\r\n", NOT_HTTP],
    ["another protocol", "SSH-2.0-OpenSSH_9.9\r\n", NOT_HTTP],
    ["zeros", new Uint8Array(100), NOT_HTTP],
    ["nothing", "", BROKE_OFF],
    ["half a status line", "HTTP/1.1 20", BROKE_OFF],
    ["half of the headers", `${OK}Content-Le`, BROKE_OFF],
  ])("%s", async (_name, answer, sentence) => {
    await using origin = await scriptedOrigin(answer);
    expect(await failure(fetchAll(`http://origin.example:${origin.port}/`))).toBe(sentence);
    await until(() => origin.open() === 0);
    expect(origin.connections()).toBe(1);
  });
});

test("a size over the limit is refused before the body comes", async () => {
  await using origin = await scriptedOrigin(sized(1024 ** 2 + 1), {
    end: false,
  });
  expect(await failure(fetchAll(`http://origin.example:${origin.port}/`))).toBe(TOO_LARGE);
});

test("an endless body is cut at the limit, in bytes where it is no whole number of MiB", async () => {
  await using origin = await rawOrigin((socket) => endless(socket));
  expect(await failure(fetchAll(`http://origin.example:${origin.port}/`, { maxBytes: 100_000 }))).toBe(
    "asset_too_large: Cannot fetch from origin.example: it is larger than 100000 bytes",
  );
  await until(() => origin.open() === 0);
});

test("a body longer than its size ends at its size, as HTTP says", async () => {
  await using origin = await scriptedOrigin(`${sized(2)}hello`);
  expect((await fetchAll(`http://origin.example:${origin.port}/`)).text).toBe("he");
});

test.each([sized(5000), `${OK}\r\n`, `${OK}Transfer-Encoding: chunked\r\n\r\n1388\r\n`])(
  "a reset within the body is no end of it: %p",
  async (head) => {
    let reset = () => {};
    await using origin = await rawOrigin((socket) => {
      socket.write(`${head}${"a".repeat(1000)}`);
      reset = () => socket.resetAndDestroy();
    });
    const grants = `origin.example:${origin.port}`;
    using file = await testDownloader(grants).download(`http://${grants}/`);
    reset();
    expect(await failure(Array.fromAsync(file.body))).toBe(CUT_OFF);
  },
);

test("compressed bytes that call themselves nothing stay as they are", async () => {
  await using origin = await scriptedOrigin(Buffer.concat([Buffer.from(sized(bomb.byteLength)), bomb]));
  expect((await fetchAll(`http://origin.example:${origin.port}/`)).bytes).toBe(bomb.byteLength);
});

test("an error that comes while nobody reads is told to the one who reads later", async () => {
  await using origin = await scriptedOrigin(`${sized(50)}hello`);
  const grants = `origin.example:${origin.port}`;
  using file = await testDownloader(grants).download(`http://${grants}/`);
  await until(() => origin.open() === 0);
  await Bun.sleep(20);
  expect(await failure(Array.fromAsync(file.body))).toBe(CUT_OFF);
});
