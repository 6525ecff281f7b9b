import { expect, test } from "bun:test";
import { readAsset } from "../support/answer.ts";
import { form, importAsset, startServerAndOrigin } from "../support/imports.ts";
import { fixture } from "../support/origin.ts";
import { filesIn, until } from "../support/test_server.ts";

test("with BLOB_STORAGE_TYPE=sqlite the bytes are in the database and are served as ever", async () => {
  await using both = await startServerAndOrigin({ BLOB_STORAGE_TYPE: "sqlite" });
  const { server, origin } = both;
  const bytes = await fixture("h264_aac.mp4");
  const video = await importAsset(server.api, origin, { type: "video", url: `${origin.url}/h264_aac.mp4` });
  const uploaded = await server.api("POST", "/assets", form(new File([bytes], "same.mp4")));
  expect(uploaded.status).toBe(201);
  // A copy for the media process goes as soon as it is read.
  await until(() => !filesIn(server.config.dataDir).some((name) => name.includes("blobs/")));

  const url = video.url ?? "";
  expect(await (await server.get(url)).bytes()).toEqual(bytes);
  const part = await server.get(url, { headers: { range: "bytes=100-199" } });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 100-199/${bytes.length}`]);
  expect(await part.bytes()).toEqual(bytes.slice(100, 200));
  expect((await server.get(url, { headers: { "if-none-match": `"${video.sha256}"` } })).status).toBe(304);
  expect((await server.get(url, { headers: { range: "bytes=99999999-" } })).status).toBe(416);
  expect((await server.get(url, { method: "HEAD" })).headers.get("content-length")).toBe(`${bytes.length}`);
  expect((await server.get(video.thumbnailUrl ?? "")).headers.get("content-type")).toBe("image/webp");

  await server.api("DELETE", `/assets/${video.id}`);
  expect((await server.get(url)).status).toBe(404);
  const again = await server.get(readAsset(uploaded).url ?? "");
  expect(await again.bytes()).toEqual(bytes);
});
