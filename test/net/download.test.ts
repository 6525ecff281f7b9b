import { describe, expect, test } from "bun:test";
import { endless, failure, fetchAll, rawOrigin, scriptedOrigin, testDownloader, until } from "./origin.ts";

const HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

describe("a download", () => {
  test("gives the bytes, the sender's headers and the final URL", async () => {
    await using origin = await scriptedOrigin(
      "HTTP/1.1 200 OK\r\nContent-Type: Image/PNG; x=1\r\nContent-Length: 5\r\n\r\nhello",
    );
    const url = `http://origin.example:${origin.port}/a%20b?c=d#e`;
    expect(await fetchAll(url)).toEqual({
      text: "hello",
      bytes: 5,
      finalUrl: `http://origin.example:${origin.port}/a%20b?c=d`,
      contentType: "Image/PNG; x=1",
    });
  });

  test("asks for identity, by the host's own name, without credentials", async () => {
    await using origin = await scriptedOrigin(HELLO);
    await fetchAll(`http://origin.example:${origin.port}/a|b?"c"#d`);
    const [head = ""] = origin.requests;
    expect(head).toStartWith("GET /a|b?%22c%22 HTTP/1.1\r\n");
    const headers = head.trim().split("\r\n").slice(1).sort();
    expect(headers).toEqual([
      "Accept-Encoding: identity",
      "Accept: */*",
      "Connection: close",
      `Host: origin.example:${origin.port}`,
      "User-Agent: Reelog",
    ]);
  });

  test("sends no line break of a URL into the request", async () => {
    await using origin = await scriptedOrigin(HELLO);
    await fetchAll(`http://origin.example:${origin.port}/a%0d%0aX: y\r\nZ: z`);
    expect(origin.requests[0]).toStartWith("GET /a%0d%0aX:%20yZ:%20z HTTP/1.1\r\n");
  });

  test("reaches an address literal that is granted", async () => {
    await using origin = await scriptedOrigin(HELLO);
    expect((await fetchAll(`http://127.0.0.1:${origin.port}/`)).text).toBe("hello");
  });

  test("reads a body in chunks, and one that ends with the connection", async () => {
    await using chunked = await scriptedOrigin(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX: y\r\n\r\n",
    );
    await using ended = await scriptedOrigin("HTTP/1.0 200 OK\r\n\r\nhello");
    for (const { port } of [chunked, ended]) {
      expect((await fetchAll(`http://origin.example:${port}/`)).text).toBe("hello");
    }
  });

  test("has no type that was not sent", async () => {
    await using origin = await scriptedOrigin("HTTP/1.1 200 OK\r\nContent-Type:\r\n\r\n");
    const grants = `origin.example:${origin.port}`;
    using file = await testDownloader(grants).download(`http://${grants}/`);
    expect(file).toMatchObject({ contentType: null });
  });

  test("keeps at most 255 characters of the sender's type", async () => {
    await using origin = await scriptedOrigin(`HTTP/1.1 200 OK\r\nContent-Type: ${"x".repeat(5000)}\r\n\r\n`);
    expect((await fetchAll(`http://origin.example:${origin.port}/`)).contentType).toBe("x".repeat(255));
  });

  test("passes over a few interim answers", async () => {
    await using origin = await scriptedOrigin(`${"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n".repeat(3)}${HELLO}`);
    expect((await fetchAll(`http://origin.example:${origin.port}/`)).text).toBe("hello");
  });

  test("takes exactly the limit", async () => {
    await using origin = await scriptedOrigin(HELLO);
    expect((await fetchAll(`http://origin.example:${origin.port}/`, { maxBytes: 5 })).bytes).toBe(5);
  });

  test("goes on to the next address when one refuses", async () => {
    await using origin = await scriptedOrigin(HELLO);
    const resolve = async () => [
      { address: "::1", family: 6 },
      { address: "127.0.0.9", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];
    expect((await fetchAll(`http://origin.example:${origin.port}/`, { resolve })).text).toBe("hello");
  });

  test("leaves no connection open at its end", async () => {
    await using origin = await scriptedOrigin(HELLO, { end: false });
    await fetchAll(`http://origin.example:${origin.port}/`);
    await until(() => origin.open() === 0);
    await fetchAll(`http://origin.example:${origin.port}/`);
    await until(() => origin.open() === 0);
    expect(origin.connections()).toBe(2);
  });

  test("closes the connection when nobody reads, and when reading stops half-way", async () => {
    await using origin = await rawOrigin((socket) => endless(socket));
    const grants = `origin.example:${origin.port}`;
    {
      using _unread = await testDownloader(grants).download(`http://${grants}/`);
    }
    await until(() => origin.open() === 0);
    const file = await testDownloader(grants).download(`http://${grants}/`);
    for await (const chunk of file.body) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    await until(() => origin.open() === 0);
  });

  test("makes the sender wait while nobody reads", async () => {
    let sent = 0;
    await using origin = await rawOrigin((socket) => endless(socket, (bytes) => (sent += bytes)));
    const grants = `origin.example:${origin.port}`;
    using file = await testDownloader(grants, { maxBytes: 1024 ** 4 }).download(`http://${grants}/`);
    let before = -1;
    while (sent !== before) {
      before = sent;
      await Bun.sleep(300);
    }
    // What the kernel's buffers hold on both sides; an endless source would have filled memory.
    expect(sent).toBeLessThan(64 * 1024 ** 2);
    expect(file.contentType).toBeNull();
  });
});

describe("the caller's signal", () => {
  const reason = new Error("the caller's own");

  test("ends a download before it starts", async () => {
    const signal = AbortSignal.abort(reason);
    expect(await failure(fetchAll("http://origin.example:1/", { signal }))).toBe(reason);
  });

  test("ends the wait for a name", async () => {
    const controller = new AbortController();
    const resolve = () => {
      queueMicrotask(() => controller.abort(reason));
      return new Promise<never>(() => {});
    };
    expect(await failure(fetchAll("http://origin.example:1/", { signal: controller.signal, resolve }))).toBe(reason);
  });

  test("ends the wait for headers, and closes the connection", async () => {
    const controller = new AbortController();
    await using origin = await rawOrigin(() => controller.abort(reason));
    const url = `http://origin.example:${origin.port}/`;
    expect(await failure(fetchAll(url, { signal: controller.signal }))).toBe(reason);
    await until(() => origin.open() === 0);
  });

  test.each(["Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n", ""])(
    "ends a body with %p",
    async (header) => {
      const controller = new AbortController();
      await using origin = await scriptedOrigin(`HTTP/1.1 200 OK\r\n${header}\r\n5\r\nhello\r\n`, { end: false });
      const grants = `origin.example:${origin.port}`;
      const file = await testDownloader(grants).download(`http://${grants}/`, { signal: controller.signal });
      const reading = failure(Array.fromAsync(file.body));
      setTimeout(() => controller.abort(reason), 20);
      expect(await reading).toBe(reason);
      await until(() => origin.open() === 0);
    },
  );

  test("does nothing after the end", async () => {
    const controller = new AbortController();
    await using origin = await scriptedOrigin(HELLO);
    const url = `http://origin.example:${origin.port}/`;
    expect((await fetchAll(url, { signal: controller.signal })).text).toBe("hello");
    controller.abort(reason);
  });
});
