import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Answer, readAsset, readAssets } from "../support/answer.ts";
import { newCampaign, newClient } from "../support/clients.ts";
import { type Promised, promisedBy } from "../support/fits_document.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import { newKey } from "../support/keys.ts";
import { startTestServer, until } from "../support/test_server.ts";
import { batchOf, itemsOf, PATH } from "./batches.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let item: ReturnType<typeof itemsOf>;
let promised: Promised;
beforeAll(async () => {
  both = await startServerAndOrigin({ ASSET_DOWNLOAD_CONCURRENCY: "3", ASSET_DOWNLOAD_TIMEOUT_SECONDS: "20" });
  item = itemsOf(both.origin);
  promised = promisedBy(await (await both.server.get("/docs/json")).json());
});
afterAll(() => both[Symbol.asyncDispose]());

async function send(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return await both.server.api("POST", PATH, body, headers);
}

describe("an import of many URLs", () => {
  test("answers each outcome in the order asked, and one that fails fails nothing else", async () => {
    const answer = await send({
      assets: [
        item("photo.png", { tags: ["a", "b"] }),
        item("status/500"),
        item("h264_aac.mp4", { type: "video" }),
        item("photo.jpg", { type: "audio" }),
        item("truncated/photo.jpg"),
        item("photo.jpg"),
      ],
    });
    expect(answer.status).toBe(200);
    const { results, summary } = batchOf(answer);
    expect(results.map(({ success, error }) => (success ? "ready" : error?.code))).toEqual([
      "ready",
      "source_error",
      "ready",
      "type_mismatch",
      "source_error",
      "ready",
    ]);
    expect(summary).toEqual({ total: 6, successful: 3, failed: 3 });
    expect(results[0]?.asset).toMatchObject({ name: "photo.png", status: "ready", tags: ["a", "b"] });
    expect(results[0]?.asset?.thumbnailUrl).not.toBeNull();
    for (const { asset, error } of results) {
      if (!asset) throw new Error("an asset is missing");
      expect(asset.error).toEqual(error);
      expect(readAsset(await both.server.api("GET", `/assets/${asset.id}`))).toEqual(asset);
    }
    const failed = readAssets(await both.server.api("GET", "/assets?status=failed")).map(({ id }) => id);
    expect(failed).toContain(results[1]?.asset?.id ?? "");
  });

  test("refuses the source of one item only, and makes no asset of it", async () => {
    const sources = ["http://127.0.0.1:1/photo.png", "file:///etc/passwd", "http://user:secret@example.com/photo.png"];
    const refused = sources.map((url) => item("", { name: "refused", url }));
    const answer = await send({ assets: [...refused, item("photo.png")] });
    expect(answer.status).toBe(200);
    const { results, summary } = batchOf(answer);
    for (const result of results.slice(0, -1)) {
      expect(result).toMatchObject({ asset: null, success: false, error: { code: "source_not_allowed" } });
    }
    expect(results.at(-1)?.success).toBeTrue();
    expect(summary).toEqual({ total: 4, successful: 1, failed: 3 });
    expect(answer.text).not.toContain("secret");
  });

  test("writes nothing when every source is refused", async () => {
    const before = both.server.eventTypes().length;
    const answer = await send({ assets: [item("", { name: "refused", url: "http://10.0.0.1/" })] });
    expect(answer.status).toBe(200);
    expect(batchOf(answer).summary).toEqual({ total: 1, successful: 0, failed: 1 });
    expect(both.server.eventTypes().length).toBe(before);
  });

  test("makes two assets of the same URL twice", async () => {
    const { results } = batchOf(await send({ assets: [item("photo.png"), item("photo.png")] }));
    const [first, second] = results.map(({ asset }) => asset);
    expect(first?.id).not.toBe(second?.id ?? "");
    expect(first?.sha256).toBe(second?.sha256 ?? "");
  });

  test("puts all assets where the request says", async () => {
    const clientId = await newClient(both.server.api);
    const campaignId = await newCampaign(both.server.api, clientId);
    const { results } = batchOf(await send({ assets: [item("photo.png"), item("photo.jpg")], campaignId }));
    for (const { asset } of results) expect(asset).toMatchObject({ clientId, campaignId });
    const unknown = await send({ assets: [item("photo.png")], clientId: "nobody" });
    expect(unknown).toMatchObject({ status: 422, meta: { details: [{ path: "clientId" }] } });
  });

  test("takes a hundred, imports no more at once than the setting says, and asks for all in one append", async () => {
    const before = both.server.eventTypes().length;
    let most = 0;
    const watching = setInterval(() => {
      most = Math.max(most, both.origin.open());
    }, 1);
    const assets = Array.from({ length: 100 }, (_, index) => item(`${index}/photo.png`));
    const answer = await send({ assets });
    clearInterval(watching);
    expect(batchOf(answer).summary).toEqual({ total: 100, successful: 100, failed: 0 });
    expect(batchOf(answer).results.map(({ asset }) => asset?.name)).toEqual(assets.map(({ name }) => name));
    const types = both.server.eventTypes().slice(before);
    expect(types.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => "AssetRequested"));
    expect(most).toBeLessThanOrEqual(3);
  });
});

describe("an import of many URLs with an Idempotency-Key", () => {
  test("is made once, and answers the same the second time, its failures and refusals too", async () => {
    const key = { "idempotency-key": "many-1" };
    const body = { assets: [item("photo.png"), item("status/404"), item("", { name: "no", url: "http://10.0.0.1/" })] };
    const first = await send(body, key);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    const events = both.server.eventTypes().length;
    const second = await send(body, key);
    expect(second.status).toBe(200);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(batchOf(second)).toEqual(batchOf(first));
    expect(both.server.eventTypes().length).toBe(events);
    const other = await send({ assets: [item("photo.jpg")] }, key);
    expect(other).toMatchObject({ status: 422, meta: { code: "idempotency_key_reused" } });
  });

  test("is made once when the same request comes five times at once", async () => {
    const key = { "idempotency-key": "many-2" };
    const body = { assets: [item("photo.png"), item("photo.jpg")] };
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(body, key)));
    const ids = answers.map((answer) => batchOf(answer).results.map(({ asset }) => asset?.id));
    for (const each of ids) expect(each).toEqual(ids[0] ?? []);
    expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === null)).toHaveLength(1);
  });
});

describe("keys of two owners", () => {
  test("make assets of their own, also with the same Idempotency-Key", async () => {
    await using server = await startTestServer({ ALLOWED_ASSET_DOMAINS: both.origin.grant });
    const [ana, ben] = [await newKey(server.config.dataDir, "ana"), await newKey(server.config.dataDir, "ben")];
    await until(async () => (await server.get("/api/v3/assets", { headers: ben.headers })).status === 200);
    await until(async () => (await server.get("/api/v3/assets")).status === 401);
    const body = { assets: [item("photo.jpg")] };
    const made = await Promise.all(
      [ana, ben].map(({ headers }) => server.api("POST", PATH, body, { ...headers, "idempotency-key": "same" })),
    );
    const [mine, theirs] = made.map((answer) => batchOf(answer).results[0]?.asset);
    expect(made.map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, null]);
    expect(mine?.userId).toBe("ana");
    expect(mine?.id).not.toBe(theirs?.id ?? "");
    // A signed URL needs no key; the asset itself is not the other's to see.
    expect((await server.get(mine?.url ?? "")).status).toBe(200);
    expect((await server.api("GET", `/assets/${mine?.id}`, undefined, ben.headers)).status).toBe(404);
    expect((await server.api("POST", PATH, body)).status).toBe(401);
  });
});

describe("a body that does not fit", () => {
  const photo = { name: "a", type: "image", url: "https://cdn.example/a.png" };
  test.each([
    ["no assets at all", {}, "assets"],
    ["an empty list", { assets: [] }, "assets"],
    ["a hundred and one", { assets: Array.from({ length: 101 }, () => photo) }, "assets"],
    ["an unknown field", { assets: [photo], colour: "red" }, "colour"],
    ["an unknown field of an item", { assets: [photo, { ...photo, clientId: "x" }] }, "assets.1.clientId"],
    ["an item without a URL", { assets: [{ name: "a", type: "image" }] }, "assets.0.url"],
    ["a type that is none", { assets: [{ ...photo, type: "hologram" }] }, "assets.0.type"],
    ["a list of strings", { assets: ["https://cdn.example/a.png"] }, "assets.0"],
    ["tags twice", { assets: [{ ...photo, tags: ["a", "a"] }] }, "assets.0.tags"],
  ])("is refused as a whole: %s", async (_, body, path) => {
    const before = both.server.eventTypes().length;
    const answer = await send(body);
    expect(answer).toMatchObject({ status: 422, meta: { code: "validation_failed" } });
    expect(JSON.stringify(answer.meta.details)).toContain(`"${path}"`);
    expect(both.server.eventTypes().length).toBe(before);
  });

  test("fits the document whatever the answer", async () => {
    const url = `${both.server.url}/api/v3${PATH}`;
    for (const [body, prefer] of [
      [{ assets: [item("photo.png"), item("status/500")] }, ""],
      [{ assets: [item("photo.png")] }, "respond-async"],
      [{ assets: [] }, ""],
    ] as const) {
      const headers = { "content-type": "application/json", prefer };
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
      expect(await promised.misfits({ method: "POST", path: `/api/v3${PATH}` }, response)).toEqual([]);
    }
  });
});
