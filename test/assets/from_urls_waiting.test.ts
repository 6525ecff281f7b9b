import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { type Answer, readAsset, readAssets } from "../support/answer.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import { connectTo, requestHead } from "../support/raw_request.ts";
import { startTestServer, temporaryDirectory, until } from "../support/test_server.ts";
import { batchOf, itemsOf, PATH } from "./batches.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let item: ReturnType<typeof itemsOf>;
beforeAll(async () => {
  both = await startServerAndOrigin({ ASSET_DOWNLOAD_CONCURRENCY: "3", ASSET_DOWNLOAD_TIMEOUT_SECONDS: "20" });
  item = itemsOf(both.origin);
});
afterAll(() => both[Symbol.asyncDispose]());

async function send(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return await both.server.api("POST", PATH, body, headers);
}

describe("waiting for many imports", () => {
  test("is not done with Prefer: respond-async, and the imports go on", async () => {
    const assets = [item("held/many/photo.png"), item("photo.jpg")];
    const answer = await send({ assets }, { prefer: "respond-async" });
    expect(answer.status).toBe(202);
    expect(answer.headers.get("preference-applied")).toBe("respond-async");
    const { results, summary } = batchOf(answer);
    expect(results.map(({ asset, success, error }) => [asset?.status, success, error])).toEqual([
      ["pending", false, null],
      ["pending", false, null],
    ]);
    expect(summary).toEqual({ total: 2, successful: 0, failed: 0 });
    both.origin.release("many");
    for (const { asset } of results) {
      await until(async () => readAsset(await both.server.api("GET", `/assets/${asset?.id}`)).status === "ready");
    }
  });

  test("ends when Prefer: wait=n runs out, with what is ready by then", async () => {
    const assets = [item("photo.jpg"), item("held/never/photo.png")];
    const answer = await send({ assets }, { prefer: "wait=2" });
    expect(answer.status).toBe(202);
    const { results } = batchOf(answer);
    expect(results.map(({ asset }) => asset?.status)).toEqual(["ready", "pending"]);
    await both.server.api("DELETE", `/assets/${results[1]?.asset?.id}`);
  });

  test("ends with the client, but the imports do not", async () => {
    const ready = async () => (await both.server.api("GET", "/assets?limit=1")).meta.total ?? 0;
    const before = await ready();
    const body = JSON.stringify({ assets: [item("held/gone/photo.png"), item("held/gone/photo.jpg")] });
    const socket = connectTo(both.server.url);
    const headers = { "Content-Type": "application/json", "Content-Length": String(body.length) };
    socket.write(requestHead("POST /api/v3/assets/from-urls", headers) + body);
    await until(() => both.origin.requests.filter((path) => path.startsWith("/held/gone")).length === 2);
    socket.destroy();
    both.origin.release("gone");
    await until(async () => (await ready()) === before + 2);
  });

  test("says of an asset that was deleted meanwhile that it is not found", async () => {
    const waiting = send({ assets: [item("held/deleted/photo.png"), item("photo.png")] });
    await until(() => both.origin.requests.includes("/held/deleted/photo.png"));
    const pending = readAssets(await both.server.api("GET", "/assets?status=pending"));
    const id = pending.find(({ name }) => name === "held/deleted/photo.png")?.id;
    expect((await both.server.api("DELETE", `/assets/${id}`)).status).toBe(200);
    const { results } = batchOf(await waiting);
    expect(results[0]).toMatchObject({ asset: null, success: false, error: { code: "not_found" } });
    expect(results[1]?.success).toBeTrue();
  });
});

describe("a server that stops in between", () => {
  test("goes on after its next start, and the repetition of the request finds what the first one made", async () => {
    const DATA_DIR = await temporaryDirectory();
    const env = { DATA_DIR, ALLOWED_ASSET_DOMAINS: both.origin.grant };
    const body = { assets: [item("photo.jpg"), item("held/stopped/photo.png")] };
    const key = { "idempotency-key": "stopped" };
    let ids: (string | undefined)[];
    {
      await using before = await startTestServer(env);
      const first = await before.api("POST", PATH, body, { ...key, prefer: "wait=1" });
      expect(first.status).toBe(202);
      ids = batchOf(first).results.map(({ asset }) => asset?.id);
    }
    both.origin.release("stopped");
    await using after = await startTestServer(env);
    const second = await after.api("POST", PATH, body, key);
    expect(second.status).toBe(200);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(batchOf(second).results.map(({ asset }) => asset?.id)).toEqual(ids);
    expect(batchOf(second).summary).toEqual({ total: 2, successful: 2, failed: 0 });
    await rm(DATA_DIR, { recursive: true, force: true });
  });
});
