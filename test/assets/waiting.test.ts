import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failedAssetId, readAsset, readAssets } from "../support/answer.ts";
import { form, imageBody, startServerAndOrigin } from "../support/imports.ts";
import { connectTo, requestHead } from "../support/raw_request.ts";
import { filesIn, until } from "../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
beforeAll(async () => {
  both = await startServerAndOrigin();
});
afterAll(() => both[Symbol.asyncDispose]());

async function statusOf(id: string): Promise<string> {
  return readAsset(await both.server.api("GET", `/assets/${id}`)).status;
}

describe("an import that takes its time", () => {
  test("answers 202 at once with Prefer: respond-async, and is ready later", async () => {
    const { origin, server } = both;
    const body = imageBody(origin, { url: `${origin.url}/held/async/photo.png` });
    const answer = await server.api("POST", "/assets/from-url", body, { prefer: "respond-async" });
    expect(answer.status).toBe(202);
    expect(answer.headers.get("preference-applied")).toBe("respond-async");
    const asset = readAsset(answer);
    expect(asset).toMatchObject({
      status: "pending",
      url: null,
      sha256: null,
      size: null,
      width: null,
      uploadedAt: null,
    });
    expect(answer.headers.get("location")).toBe(`/api/v3/assets/${asset.id}`);

    const pending = readAssets(await server.api("GET", "/assets?status=pending"));
    expect(pending.map(({ id }) => id)).toContain(asset.id);
    const ready = readAssets(await server.api("GET", "/assets"));
    expect(ready.map(({ id }) => id)).not.toContain(asset.id);
    expect((await server.api("GET", `/assets/${asset.id}/data`)).status).toBe(404);
    expect((await server.api("GET", `/assets/${asset.id}/thumbnail`)).status).toBe(404);

    origin.release("async");
    await until(async () => (await statusOf(asset.id)) === "ready");
    expect((await server.get(`/api/v3/assets/${asset.id}/data`)).status).toBe(200);
  });

  test.each([
    ["wait=0", "wait=0"],
    ["wait=1", "wait=1"],
    ["respond-async, wait=1", "respond-async, wait=1"],
    ['foo=bar, wait="1"; x=y', "wait=1"],
  ])("answers 202 when Prefer: %s runs out", async (prefer, applied) => {
    const { origin, server } = both;
    const body = imageBody(origin, { url: `${origin.url}/held/never/photo.png` });
    const answer = await server.api("POST", "/assets/from-url", body, { prefer });
    expect(answer.status).toBe(202);
    expect(answer.headers.get("preference-applied")).toBe(applied);
    expect(readAsset(answer).status).toBe("pending");
  });

  test.each(["wait=60", "wait=9999999", "wait=abc", "handling=lenient", ""])(
    "is waited for with Prefer: '%s'",
    async (prefer) => {
      const { origin, server } = both;
      const answer = await server.api("POST", "/assets/from-url", imageBody(origin), { prefer });
      expect(answer.status).toBe(201);
      expect(answer.headers.get("preference-applied")).toBe(/wait=\d/.test(prefer) ? "wait=60" : null);
    },
  );

  test("answers an uploaded file with 202 as well, and inspects it later", async () => {
    const { server } = both;
    const file = new File([await Bun.file(`${import.meta.dir}/../fixtures/media/photo.jpg`).bytes()], "photo.jpg");
    const answer = await server.api("POST", "/assets", form(file), { prefer: "respond-async" });
    expect(answer.status).toBe(202);
    await until(async () => (await statusOf(readAsset(answer).id)) === "ready");
  });

  test("answers 404 to those who wait when it is deleted meanwhile", async () => {
    const { origin, server } = both;
    const body = imageBody(origin, { url: `${origin.url}/held/deleted/photo.png`, tags: ["to be deleted"] });
    const waiting = server.api("POST", "/assets/from-url", body);
    await until(() => origin.requests.includes("/held/deleted/photo.png"));
    const list = await server.api("GET", "/assets?status=pending&tag=to+be+deleted");
    const id = readAssets(list)[0]?.id ?? "";
    const early = await server.api("GET", `/assets/${id}/data`);
    expect([early.status, early.error]).toEqual([404, "Cannot send the data of this asset: it is not imported yet"]);
    expect((await server.api("DELETE", `/assets/${id}`)).status).toBe(200);
    const answer = await waiting;
    expect([answer.status, `${answer.meta.code}`]).toEqual([404, "not_found"]);
    expect((await server.api("GET", `/assets/${id}`)).status).toBe(404);
    origin.release("deleted");
  });
});

describe("a client that goes away", () => {
  test("in the middle of the wait does not end the import", async () => {
    const { origin, server } = both;
    const body = JSON.stringify(imageBody(origin, { url: `${origin.url}/held/gone/photo.png`, tags: ["gone"] }));
    const socket = connectTo(server.url);
    const headers = { "Content-Type": "application/json", "Content-Length": `${body.length}` };
    socket.write(requestHead("POST /api/v3/assets/from-url", headers) + body);
    await until(() => origin.requests.includes("/held/gone/photo.png"));
    socket.destroy();
    await Bun.sleep(50);
    origin.release("gone");
    await until(async () => readAssets(await server.api("GET", "/assets?tag=gone")).length === 1);
  });

  test("in the middle of an upload leaves nothing behind", async () => {
    const { server } = both;
    const temporary = `${server.config.dataDir}/blobs/tmp`;
    const before = server.eventTypes().length;
    const blobs = filesIn(`${server.config.dataDir}/blobs`);
    const socket = connectTo(server.url);
    const headers = { "Content-Type": "multipart/form-data; boundary=b", "Content-Length": "5000000" };
    socket.write(requestHead("POST /api/v3/assets", headers));
    socket.write('--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n');
    socket.write(Buffer.alloc(1_000_000, 1));
    await until(() => filesIn(temporary).length === 1);
    socket.destroy();
    await until(() => filesIn(temporary).length === 0);
    expect(filesIn(`${server.config.dataDir}/blobs`)).toEqual(blobs);
    expect(server.eventTypes().length).toBe(before);
  });
});

describe("many requests at once", () => {
  test("for one URL make as many assets of one content", async () => {
    const { origin, server } = both;
    origin.put("/many/photo.webp", await Bun.file(`${import.meta.dir}/../fixtures/media/photo.webp`).bytes());
    const before = filesIn(`${server.config.dataDir}/blobs`).length;
    const body = imageBody(origin, { url: `${origin.url}/many/photo.webp` });
    const answers = await Promise.all(Array.from({ length: 20 }, () => server.api("POST", "/assets/from-url", body)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    const assets = answers.map(readAsset);
    expect(new Set(assets.map(({ id }) => id)).size).toBe(20);
    expect(new Set(assets.map(({ blobId }) => blobId)).size).toBe(1);
    // One content and one thumbnail.
    expect(filesIn(`${server.config.dataDir}/blobs`).length).toBe(before + 2);
  });

  test("wait for their turn when there are more than the server imports at once", async () => {
    const { origin, server } = both;
    const held = Array.from({ length: 10 }, (_, n) => `/held/crowd/photo.png?${n}`);
    const waiting = held.map((path) =>
      server.api("POST", "/assets/from-url", imageBody(origin, { url: origin.url + path })),
    );
    await until(() => origin.open() >= 8);
    origin.release("crowd");
    origin.release("never");
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(10).fill(201));
  });
});

test("a failed import answers those who wait with its own error", async () => {
  const { origin, server } = both;
  const body = imageBody(origin, { url: `${origin.url}/held/fails/nothing.png` });
  const waiting = server.api("POST", "/assets/from-url", body);
  await until(() => origin.requests.includes("/held/fails/nothing.png"));
  origin.release("fails");
  const answer = await waiting;
  expect([answer.status, `${answer.meta.code}`]).toEqual([502, "source_error"]);
  expect(await statusOf(failedAssetId(answer))).toBe("failed");
});
