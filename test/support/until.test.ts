import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { begunPost } from "./begun_post.ts";
import { rawRequest } from "./raw_request.ts";
import { until } from "./until.ts";

const FULL = () => false;

test.each([
  ["that never holds", () => FULL()],
  ["that does not answer", () => FULL() || new Promise<boolean>(() => {})],
])("until: names a condition %s", async (_what, holds) => {
  await expect(until(holds, { waitMs: 20 })).rejects.toThrow(/^Waited 0.02 s in vain until FULL\(\)/);
});

test("until: names the line that waited", async () => {
  const waiting = until(FULL, { waitMs: 20, what: () => "the moon is full" });
  const error = await waiting.catch((error: Error) => error);
  expect(error).toMatchObject({
    message: "Waited 0.02 s in vain until the moon is full",
    stack: expect.stringContaining("until.test.ts"),
  });
});

test("until: passes on what the condition throws", async () => {
  const fails = () => {
    throw new Error("no such asset");
  };
  await expect(until(fails)).rejects.toThrow("no such asset");
});

test("begunPost, rawRequest: reject when the server closes without an answer", async () => {
  const server = createServer((socket) => void socket.once("data", () => socket.end("HTT")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  using post = begunPost(url, "/assets", { headers: {}, start: "--x" });
  await expect(post.answer()).rejects.toThrow('POST /assets: the server closed the connection after "HTT"');
  await expect(rawRequest(url, "GET / HTTP/1.1\r\n\r\n")).rejects.toThrow(
    'the server closed the connection after "HTT"',
  );
  server.close();
});
