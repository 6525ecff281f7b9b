import { expect, test } from "bun:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { failure, fetchAll, scriptedOrigin, until } from "./origin.ts";

const TEXT = "All good things. ".repeat(5_000);
const MIB = 1024 ** 2;

/** An answer with a body and its size, and with Content-Encoding headers. */
function answer(body: Uint8Array | string, ...encodings: string[]): Uint8Array {
  const bytes = Buffer.from(body);
  const lines = encodings.map((encoding) => `Content-Encoding: ${encoding}\r\n`).join("");
  return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${lines}Content-Length: ${bytes.length}\r\n\r\n`), bytes]);
}

async function textOf(body: Uint8Array | string, ...encodings: string[]): Promise<string> {
  await using origin = await scriptedOrigin(answer(body, ...encodings));
  const { text } = await fetchAll(`http://origin.example:${origin.port}/`);
  await until(() => origin.open() === 0);
  return text;
}

test.each([
  ["gzip", gzipSync(TEXT)],
  ["GZIP", gzipSync(TEXT)],
  ["x-gzip", gzipSync(TEXT)],
  ["gzip", Buffer.concat([gzipSync(TEXT.slice(0, 999)), gzipSync(TEXT.slice(999))])],
  ["deflate", deflateSync(TEXT)],
  ["deflate", deflateRawSync(TEXT)],
  ["br", brotliCompressSync(TEXT)],
  ["zstd", zstdCompressSync(TEXT)],
  ["identity, br", brotliCompressSync(TEXT)],
  ["gzip, aws-chunked", gzipSync(TEXT)],
  ["gzip, br", brotliCompressSync(gzipSync(TEXT))],
])("a body in %s is unpacked", async (coding, body) => {
  expect(await textOf(body, coding)).toBe(TEXT);
});

test("codings in several headers are undone from the last to the first", async () => {
  expect(await textOf(zstdCompressSync(gzipSync(TEXT)), "gzip", "zstd")).toBe(TEXT);
});

test.each(["aws-chunked", "utf-8", "UTF-8", "none", "identity", "", "binary", "x-own", "null", "image/png"])(
  "a body in '%s', which is no coding, stays as it is",
  async (name) => {
    expect(await textOf(TEXT, name)).toBe(TEXT);
    expect(await textOf("", name)).toBe("");
  },
);

test.each(["gzip", "deflate", "br", "zstd"])("a body of no bytes is one in %s, too", async (coding) => {
  expect(await textOf("", coding)).toBe("");
});

const zeros = new Uint8Array(64 * MIB);
test.each([
  ["gzip", gzipSync(zeros)],
  ["deflate", deflateSync(zeros)],
  ["br", brotliCompressSync(zeros)],
  ["zstd", zstdCompressSync(zeros)],
  ["gzip, gzip", gzipSync(gzipSync(zeros))],
  // What a bomb unpacks to on the way counts, too.
  ["gzip, br", brotliCompressSync(gzipSync(zeros))],
])(
  "a bomb in %s ends at the limit of a file, unpacked no further, and the connection is closed",
  async (coding, bomb) => {
    await using origin = await scriptedOrigin(answer(bomb, coding));
    const before = process.memoryUsage().rss;
    expect(await failure(fetchAll(`http://origin.example:${origin.port}/`))).toBe(
      "asset_too_large: Cannot fetch from origin.example: it is larger than 1 MiB",
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * MIB);
    await until(() => origin.open() === 0);
  },
);

test.each(["gzip", "deflate", "br", "zstd"])("plain bytes that call themselves %s are refused", async (coding) => {
  await using origin = await scriptedOrigin(answer("\xff\xd8 no such coding at all", coding));
  expect(await failure(fetchAll(`http://origin.example:${origin.port}/`))).toBe(
    `source_error: Cannot fetch from origin.example: it sends a body that is damaged, or not in the coding '${coding}' that it names`,
  );
  await until(() => origin.open() === 0);
});

test.each([
  ["gzip", gzipSync(TEXT)],
  ["deflate", deflateSync(TEXT)],
  ["br", brotliCompressSync(TEXT)],
])("a body in %s that was stored cut off is refused", async (coding, body) => {
  await using origin = await scriptedOrigin(answer(body.subarray(0, -9), coding));
  expect(await failure(fetchAll(`http://origin.example:${origin.port}/`))).toContain("source_error");
});

test("a body that breaks off on its way is no damaged coding", async () => {
  const packed = gzipSync(TEXT);
  await using origin = await scriptedOrigin(
    Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`),
      packed.subarray(0, 50),
    ]),
  );
  expect(await failure(fetchAll(`http://origin.example:${origin.port}/`))).toBe(
    "source_error: Cannot fetch from origin.example: it broke off before the file was complete",
  );
});

test("more codings in a row than anybody stores are refused", async () => {
  await using origin = await scriptedOrigin(answer("", "gzip, br", "gzip, zstd"));
  expect(await failure(fetchAll(`http://origin.example:${origin.port}/`))).toContain("4 content codings");
});
