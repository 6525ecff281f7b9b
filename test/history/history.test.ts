import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Static, Type } from "@sinclair/typebox";
import { Event } from "../../src/history/schema.ts";
import { type Answer, checked } from "../support/answer.ts";
import { imageBody, importAsset, startServerAndOrigin } from "../support/imports.ts";
import { act, readyJob } from "../support/jobs.ts";
import type { Api } from "../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let api: Api;
beforeAll(async () => {
  both = await startServerAndOrigin();
  api = both.server.api;
});
afterAll(async () => {
  await both[Symbol.asyncDispose]();
});

const eventsOf = ({ data }: Pick<Answer, "data">): Static<typeof Event>[] => checked(Type.Array(Event), data);

describe("GET /assets/{id}/history", () => {
  test("tells what happened to an asset, oldest first", async () => {
    const { id } = await importAsset(api, both.origin, { url: `${both.origin.url}/photo.png?signature=secret` });
    await api("PATCH", `/assets/${id}`, { name: "Dusk", tags: ["a", "b"] });
    const answer = await api("GET", `/assets/${id}/history`);
    const events = eventsOf(answer);
    expect(events.map(({ type, actor, version }) => [type, actor, version])).toEqual([
      ["AssetRequested", "local", 1],
      ["BlobStored", "system", 2],
      ["ThumbnailStored", "system", 3],
      ["AssetInspected", "system", 4],
      ["AssetUpdated", "local", 5],
    ]);
    expect(events.at(-1)?.sentence).toBe("The asset was changed: the name is now “Dusk” and the tags are now a and b");
    expect(answer.meta).toMatchObject({ page: 1, total: 5 });
    expect(answer.text).not.toContain("secret");
  });

  test("stays readable after the asset was deleted, and after its import failed", async () => {
    const { id } = await importAsset(api, both.origin);
    await api("DELETE", `/assets/${id}`);
    expect((await api("GET", `/assets/${id}`)).status).toBe(404);
    expect(eventsOf(await api("GET", `/assets/${id}/history`)).at(-1)?.type).toBe("AssetDeleted");

    const failed = await api(
      "POST",
      "/assets/from-url",
      imageBody(both.origin, { url: `${both.origin.url}/status/404` }),
    );
    const { assetId } = checked(Type.Object({ assetId: Type.String() }), failed.meta.details);
    const last = eventsOf(await api("GET", `/assets/${assetId}/history`)).at(-1);
    expect(last?.sentence).toMatch(/^The (download|inspection) failed: Cannot /);
  });
});

describe("GET /jobs/{id}/history", () => {
  test("comes in pages by cursor and by offset, which stay as they are while it grows", async () => {
    const { id } = await readyJob(api);
    for (const script of ["One", "Two", "Three"]) await api("PUT", `/jobs/${id}/scenes/2`, { script });
    const all = eventsOf(await api("GET", `/jobs/${id}/history`));
    expect(all.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(all.at(-1)?.sentence).toBe("Scene 2 was edited: script");

    const first = await api("GET", `/jobs/${id}/history?limit=2`);
    expect(first.meta).toMatchObject({ page: 1, total: 6 });
    expect(first.headers.get("link")).toContain('rel="next"');
    await act(api, { id }, { action: "cancel" });
    const walked = [...eventsOf(first)];
    for (let cursor = first.meta.nextCursor; cursor; ) {
      const page = await api("GET", `/jobs/${id}/history?limit=2&cursor=${cursor}`);
      expect(page.meta.total).toBeUndefined();
      walked.push(...eventsOf(page));
      cursor = page.meta.nextCursor;
    }
    expect(walked.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const third = await api("GET", `/jobs/${id}/history?limit=2&offset=4`);
    expect(eventsOf(third).map(({ version }) => version)).toEqual([5, 6]);
    expect(third.meta).toMatchObject({ page: 3, total: 7 });
    expect(eventsOf(await api("GET", `/jobs/${id}/history?offset=100`))).toEqual([]);
  });

  test.each(["jobs", "assets"])(
    "is not found for %s that were never there, nor those of the other kind",
    async (path) => {
      const { id } = path === "jobs" ? await importAsset(api, both.origin) : await readyJob(api);
      for (const wrong of [id, "nobody", "..%2f..", "%00", "x".repeat(5_000)]) {
        const { status, meta } = await api("GET", `/${path}/${wrong}/history`);
        expect({ wrong, status, code: meta.code }).toEqual({ wrong, status: 404, code: "not_found" });
      }
    },
  );

  test.each(["limit=0", "limit=1001", "limit=x", "offset=-1", "cursor=x", "cursor=cDQy&offset=1"])(
    "refuses %s",
    async (query) => {
      const { id } = await readyJob(api);
      expect((await api("GET", `/jobs/${id}/history?${query}`)).status).toBe(422);
    },
  );
});
