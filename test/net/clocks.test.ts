import { describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import type { DownloaderOptions } from "../../src/net/mod.ts";
import { failure, fetchAll, rawOrigin, scriptedOrigin, testDownloader, until } from "./origin.ts";

const LATE = "source_timeout: Cannot fetch from origin.example: it";

/** Says the first words, then one more every 20 ms for as long as somebody listens. */
function drip(socket: Socket, { first, more }: { first: string; more: string }): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(more), 20);
  socket.on("close", () => clearInterval(timer));
}

describe("one clock alone ends", () => {
  test.each<[string, (socket: Socket) => void, Partial<Omit<DownloaderOptions, "grants">>, string]>([
    ["silence after the request", () => {}, { clocks: { headersMs: 300 } }, "did not answer within 0.3 s"],
    [
      "a drip of headers",
      (socket) => drip(socket, { first: "HTTP/1.1 200 OK\r\n", more: "X: y\r\n" }),
      { clocks: { headersMs: 300 } },
      "did not answer within 0.3 s",
    ],
    [
      "a drip within one header",
      (socket) => drip(socket, { first: "HTTP/1.1 200 OK\r\nX: ", more: "y" }),
      { clocks: { headersMs: 300 } },
      "did not answer within 0.3 s",
    ],
    [
      "a slow stream of interim answers",
      (socket) => drip(socket, { first: "", more: "HTTP/1.1 102 Processing\r\n\r\n" }),
      { clocks: { headersMs: 300 } },
      "did not answer within 0.3 s",
    ],
    [
      "silence before the body",
      (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
      { clocks: { idleMs: 300 } },
      "sent nothing for 0.3 s",
    ],
    [
      "silence within the body",
      (socket) => socket.write("HTTP/1.1 200 OK\r\n\r\nhello"),
      { clocks: { idleMs: 300 } },
      "sent nothing for 0.3 s",
    ],
    [
      "silence after the last chunk but the end",
      (socket) => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
      { clocks: { idleMs: 300 } },
      "sent nothing for 0.3 s",
    ],
    [
      "trailers without end",
      (socket) =>
        drip(socket, { first: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", more: "X: y\r\n" }),
      { clocks: { idleMs: 300 } },
      "sent nothing for 0.3 s",
    ],
    [
      "a drip of body, in total",
      (socket) => drip(socket, { first: "HTTP/1.1 200 OK\r\n\r\n", more: "a" }),
      { totalMs: 500 },
      "was not complete within 0.5 s",
    ],
    ["silence, in total", () => {}, { totalMs: 300 }, "was not complete within 0.3 s"],
  ])("%s", async (_name, speak, options, predicate) => {
    await using origin = await rawOrigin(speak);
    expect(await failure(fetchAll(`http://origin.example:${origin.port}/`, options))).toBe(`${LATE} ${predicate}`);
    await until(() => origin.open() === 0);
  });

  test("a resolver that does not answer", async () => {
    const options = { resolve: () => new Promise<never>(() => {}), clocks: { resolveMs: 100 } };
    expect(await failure(fetchAll("http://origin.example/", options))).toBe(`${LATE} was not resolved within 0.1 s`);
  });

  test("a TLS handshake that does not answer", async () => {
    await using origin = await rawOrigin(() => {});
    const url = `https://origin.example:${origin.port}/`;
    expect(await failure(fetchAll(url, { clocks: { connectMs: 300 } }))).toBe(`${LATE} did not connect within 0.3 s`);
    await until(() => origin.open() === 0);
  });

  test("redirects that take their time, in total", async () => {
    await using origin = await rawOrigin((socket) => {
      setTimeout(() => socket.end("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"), 300);
    });
    const url = `http://origin.example:${origin.port}/`;
    expect(await failure(fetchAll(url, { totalMs: 700 }))).toBe(`${LATE} was not complete within 0.7 s`);
    await until(() => origin.open() === 0);
  });

  test("a download that nobody reads, and tells it to the one who reads later", async () => {
    await using origin = await scriptedOrigin("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", { end: false });
    const grants = `origin.example:${origin.port}`;
    const file = await testDownloader(grants, { totalMs: 300 }).download(`http://${grants}/`);
    await until(() => origin.open() === 0);
    expect(await failure(Array.fromAsync(file.body))).toBe(`${LATE} was not complete within 0.3 s`);
  });
});

test("the time that the reader takes is not the source's silence", async () => {
  await using origin = await scriptedOrigin(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello`);
  const grants = `origin.example:${origin.port}`;
  using file = await testDownloader(grants, { clocks: { idleMs: 500 } }).download(`http://${grants}/`);
  await Bun.sleep(700);
  for await (const chunk of file.body) {
    await Bun.sleep(700);
    expect(chunk.byteLength).toBe(5);
  }
});
