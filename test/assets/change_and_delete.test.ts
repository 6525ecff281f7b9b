import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { readAsset, readAssets } from "../support/answer.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { labelled } from "../support/labelled.ts";
import { filesIn, until } from "../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
beforeAll(async () => {
  both = await startServerAndOrigin();
});
afterAll(() => both[Symbol.asyncDispose]());

const GARBAGE = [
  "nothing",
  "..%2f..%2fetc%2fpasswd",
  "%00",
  "a.b",
  "__proto__",
  "x".repeat(4_000),
  "%F0%9F%8D%B6",
  "-1",
  "*",
];

describe("an id that there is none of", () => {
  test.each(labelled(GARBAGE))("$label is 404 for everything", async ({ value: id }) => {
    const events = both.server.eventTypes().length;
    for (const [method, path, body] of [
      ["GET", ""],
      ["PATCH", "", { name: "x" }],
      ["DELETE", ""],
      ["GET", "/data"],
      ["GET", "/thumbnail"],
    ] as const) {
      const answer = await both.server.api(method, `/assets/${id}${path}`, body);
      expect(`${answer.status} ${answer.meta.code}`).toBe("404 not_found");
    }
    expect(both.server.eventTypes().length).toBe(events);
  });

  test("of another kind of thing is no asset either", async () => {
    const asset = await importAsset(both.server.api, both.origin);
    for (const id of [`asset-${asset.id}`, asset.id.toUpperCase(), asset.sha256 ?? "", asset.blobId ?? ""]) {
      expect((await both.server.api("GET", `/assets/${id}`)).status).toBe(404);
    }
  });
});

describe("a change of an asset", () => {
  test("changes what is given and leaves the rest", async () => {
    const asset = await importAsset(both.server.api, both.origin, { name: "Before", tags: ["old", "kept"] });
    const renamed = readAsset(await both.server.api("PATCH", `/assets/${asset.id}`, { name: "After" }));
    expect(renamed).toEqual({ ...asset, name: "After", updatedAt: renamed.updatedAt });
    const tagged = readAsset(await both.server.api("PATCH", `/assets/${asset.id}`, { tags: ["kept", "new"] }));
    expect(tagged).toMatchObject({ name: "After", tags: ["kept", "new"] });
    expect(readAsset(await both.server.api("GET", `/assets/${asset.id}`))).toEqual(tagged);
  });

  test("of its tags shows in the filter and its totals", async () => {
    const { api } = both.server;
    const asset = await importAsset(api, both.origin, { tags: ["first", "both"] });
    await api("PATCH", `/assets/${asset.id}`, { tags: ["both", "second"] });
    for (const [tag, total] of [
      ["first", 0],
      ["both", 1],
      ["second", 1],
    ] as const) {
      const answer = await api("GET", `/assets?tag=${tag}`);
      expect([readAssets(answer).length, answer.meta.total]).toEqual([total, total]);
    }
    await api("PATCH", `/assets/${asset.id}`, { tags: [] });
    expect((await api("GET", "/assets?tag=both")).meta.total).toBe(0);
  });

  test("that changes nothing is no event", async () => {
    const asset = await importAsset(both.server.api, both.origin, { name: "Same", tags: ["a", "b"] });
    const events = both.server.eventTypes().length;
    for (const body of [{}, { name: "Same" }, { tags: ["a", "b"] }, { clientId: null, campaignId: null }]) {
      const answer = await both.server.api("PATCH", `/assets/${asset.id}`, body);
      expect([answer.status, answer.data]).toEqual([200, asset]);
    }
    expect(both.server.eventTypes().length).toBe(events);
  });

  test.each(
    [
      [{ name: null }, "name"],
      [{ name: "" }, "name"],
      [{ name: "a\u202eb" }, "name"],
      [{ tags: null }, "tags"],
      [{ tags: ["a", "a"] }, "tags"],
      [{ clientId: "nobody" }, "clientId"],
      [{ campaignId: 5 }, "campaignId"],
      [{ type: "video" }, "type"],
      [{ status: "ready", name: "x" }, "status"],
      [{ url: "https://cdn.example/" }, "url"],
    ].map(([body, path]) => ({ label: inspect(body), body, path })),
  )("$label is 422", async ({ body, path }) => {
    const asset = await importAsset(both.server.api, both.origin);
    const events = both.server.eventTypes().length;
    const answer = await both.server.api("PATCH", `/assets/${asset.id}`, body);
    expect(`${answer.status} ${answer.meta.code}`).toBe("422 validation_failed");
    expect(answer.meta.details).toMatchObject([{ path }]);
    expect(both.server.eventTypes().length).toBe(events);
  });

  test("of a failed or pending asset works as well", async () => {
    const { api } = both.server;
    const body = { name: "x", type: "image", url: `${both.origin.url}/held/patched/photo.png` };
    const pending = readAsset(await api("POST", "/assets/from-url", body, { prefer: "respond-async" }));
    expect(readAsset(await api("PATCH", `/assets/${pending.id}`, { name: "y" }))).toMatchObject({
      name: "y",
      status: "pending",
    });
    both.origin.release("patched");
    await until(async () => readAsset(await api("GET", `/assets/${pending.id}`)).status === "ready");
    expect(readAsset(await api("GET", `/assets/${pending.id}`)).name).toBe("y");
  });
});

describe("a deleted asset", () => {
  test("is gone from everywhere but the log, and its bytes from the disk", async () => {
    const { server, origin } = both;
    const blobs = `${server.config.dataDir}/blobs`;
    const before = filesIn(blobs);
    const asset = await importAsset(server.api, origin, { url: `${origin.url}/rotated.jpg`, tags: ["deleted"] });
    expect(filesIn(blobs).length).toBe(before.length + 2);
    const answer = await server.api("DELETE", `/assets/${asset.id}`);
    expect([answer.status, answer.data]).toEqual([200, { id: asset.id, message: "The asset was deleted" }]);
    expect(server.eventTypes().at(-1)).toBe("AssetDeleted");
    for (const path of ["", "/data", "/thumbnail"]) {
      expect((await server.api("GET", `/assets/${asset.id}${path}`)).status).toBe(404);
    }
    expect((await server.api("PATCH", `/assets/${asset.id}`, { name: "x" })).status).toBe(404);
    expect((await server.api("DELETE", `/assets/${asset.id}`)).status).toBe(404);
    expect((await server.api("GET", "/assets?tag=deleted&status=all")).meta.total).toBe(0);
    await until(() => filesIn(blobs).length === before.length);
    expect(filesIn(blobs)).toEqual(before);
  });

  test("leaves the bytes that another asset has as well", async () => {
    const { server, origin } = both;
    const one = await importAsset(server.api, origin, { url: `${origin.url}/photo.webp` });
    const other = await importAsset(server.api, origin, { url: `${origin.url}/photo.webp` });
    await server.api("DELETE", `/assets/${one.id}`);
    await Bun.sleep(50);
    expect((await server.get(other.url ?? "")).status).toBe(200);
    expect((await server.get(other.thumbnailUrl ?? "")).status).toBe(200);
  });

  test("that was deleted twenty times at once was deleted once", async () => {
    const { server, origin } = both;
    const asset = await importAsset(server.api, origin);
    const answers = await Promise.all(Array.from({ length: 20 }, () => server.api("DELETE", `/assets/${asset.id}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(404)]);
  });

  test("that was still pending is not imported any more", async () => {
    const { server, origin } = both;
    const body = { name: "x", type: "image", url: `${origin.url}/half/stopped/animated.webp` };
    const pending = readAsset(await server.api("POST", "/assets/from-url", body, { prefer: "respond-async" }));
    await until(() => origin.open() > 0);
    const blobs = filesIn(`${server.config.dataDir}/blobs`).filter((name) => !name.startsWith("tmp"));
    await server.api("DELETE", `/assets/${pending.id}`);
    // The connection ends, without waiting for the source.
    await until(() => origin.open() === 0);
    await until(() => filesIn(`${server.config.dataDir}/blobs/tmp`).length === 0);
    expect(filesIn(`${server.config.dataDir}/blobs`)).toEqual(blobs);
    expect(server.eventTypes().at(-1)).toBe("AssetDeleted");
  });
});
