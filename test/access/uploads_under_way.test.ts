import { expect, test } from "bun:test";
import { join } from "node:path";
import { type BegunPost, begunPost } from "../support/begun_post.ts";
import { form } from "../support/imports.ts";
import { newKey } from "../support/keys.ts";
import { filesIn, startTestServer, until } from "../support/test_server.ts";

const START = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
/** Nearly the largest asset, and the form goes on. */
const MOST_OF_A_FILE = START + "x".repeat(900 * 1024);
const FORM = { "Content-Type": "multipart/form-data; boundary=b", "Content-Length": String(MOST_OF_A_FILE.length + 9) };

test("uploads that never end hold no more bytes than their owner has room for, and one file", async () => {
  await using server = await startTestServer({ STORED_MB_PER_OWNER: "1", MAX_ASSET_DOWNLOAD_SIZE_MB: "1" });
  const blobs = join(server.config.dataDir, "blobs");
  const ann = await newKey(server.config.dataDir, "ann");
  const bob = await newKey(server.config.dataDir, "bob");
  await until(async () => (await server.get("/api/v3/me")).status === 401);
  const begin = (headers: Readonly<Record<string, string>>): BegunPost =>
    begunPost(server.url, "/assets", { headers: { ...headers, ...FORM }, start: MOST_OF_A_FILE });
  const upload = (headers: Readonly<Record<string, string>>) =>
    server.api("POST", "/assets", form(new File(["hello"], "a.txt")), { ...headers });

  using first = begin(ann.headers);
  await until(() => filesIn(blobs).length === 1);
  using second = begin(ann.headers);
  await until(() => filesIn(blobs).length === 2);
  using third = begin(ann.headers);
  // Whichever of the two brings the byte too many; both, when the bytes of both arrive before the first is refused.
  let refused = 0;
  const answers = [second, third].map((upload) => upload.answer().finally(() => refused++));
  const { status, text } = await Promise.race(answers);
  expect(status).toBe(429);
  expect(text).toContain('"code":"rate_limited"');
  expect(text.toLowerCase()).toContain("\r\nretry-after: 5\r\n");
  // Bob has room of his own.
  using _other = begin(bob.headers);
  expect((await upload(bob.headers)).status).toBe(201);

  first[Symbol.dispose]();
  await until(async () => (await upload(ann.headers)).status === 201);
  // What Ann still sends and what Bob sends, and what is stored of both: one content.
  await until(() => filesIn(blobs).length === 4 - refused);
});
