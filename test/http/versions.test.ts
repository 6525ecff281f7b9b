import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readAsset } from "../support/answer.ts";
import { newCampaign, newClient } from "../support/clients.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { act, readJob, readScene, readScenes, readyJob } from "../support/jobs.ts";
import { newKey } from "../support/keys.ts";
import { startTestServer, until } from "../support/test_server.ts";

type Both = Awaited<ReturnType<typeof startServerAndOrigin>>;
let both: Both;
beforeAll(async () => {
  both = await startServerAndOrigin();
});
afterAll(() => both[Symbol.asyncDispose]());

const api: Both["server"]["api"] = (...request) => both.server.api(...request);

const THINGS = [
  { thing: "a client", method: "PUT", make: async () => `/clients/${await newClient(api)}` },
  {
    thing: "a campaign",
    method: "PUT",
    make: async () => `/campaigns/${await newCampaign(api, await newClient(api))}`,
  },
  { thing: "an asset", method: "PATCH", make: async () => `/assets/${(await importAsset(api, both.origin)).id}` },
] as const;

const etagOf = ({ headers }: { readonly headers: Headers }): string => headers.get("etag") ?? "";

describe.each(THINGS)("the version of $thing", ({ method, make }) => {
  test("is its ETag, in every answer, and a new one after each change", async () => {
    const path = await make();
    const before = etagOf(await api("GET", path));
    expect(before).toMatch(/^"\d+"$/);
    const changed = await api(method, path, { name: "Another name" });
    expect(changed.status).toBe(200);
    expect(etagOf(changed)).not.toBe(before);
    expect(etagOf(await api("GET", path))).toBe(etagOf(changed));
    expect(etagOf(await api(method, path, { name: "Another name" }))).toBe(etagOf(changed));
  });

  test("keeps If-Match from overwriting or deleting what somebody else changed", async () => {
    const path = await make();
    const seen = { "if-match": etagOf(await api("GET", path)) };
    expect((await api(method, path, { name: "One" }, seen)).status).toBe(200);
    for (const refused of [
      await api(method, path, { name: "Two" }, seen),
      await api("DELETE", path, undefined, seen),
    ]) {
      expect(`${refused.status} ${refused.meta.code}`).toBe("412 precondition_failed");
    }
    expect((await api("GET", path)).text).toContain('"One"');
    expect((await api(method, path, { name: "Three" }, { "if-match": "*" })).status).toBe(200);
    const now = etagOf(await api("GET", path));
    expect((await api("DELETE", path, undefined, { "if-none-match": now })).status).toBe(412);
    expect((await api("DELETE", path, undefined, { "if-match": `W/${now}` })).status).toBe(200);
  });

  test("is answered with 304 to who has it", async () => {
    const path = await make();
    const etag = etagOf(await api("GET", path));
    for (const has of [etag, `W/${etag}`, `"0", ${etag}`, "*"]) {
      const same = await both.server.get(`/api/v3${path}`, { headers: { "if-none-match": has } });
      expect([same.status, await same.text(), same.headers.get("etag")]).toEqual([304, "", etag]);
      expect(same.headers.get("cache-control")).toBe("private, no-cache");
    }
    await api(method, path, { name: "New" });
    expect((await api("GET", path, undefined, { "if-none-match": etag })).status).toBe(200);
    expect((await api("GET", path, undefined, { "if-match": etag })).status).toBe(412);
  });
});

test("of two changes with the same If-Match at once, one wins", async () => {
  const path = `/clients/${await newClient(api)}`;
  const seen = { "if-match": etagOf(await api("GET", path)) };
  const names = ["a", "b", "c", "d", "e"];
  const answers = await Promise.all(names.map((name) => api("PUT", path, { name }, seen)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412]);
});

describe("a job and its scenes", () => {
  test("are answered with 304 until they change", async () => {
    const job = await readyJob(api);
    const paths = [`/jobs/${job.id}`, `/jobs/${job.id}/scenes`, `/jobs/${job.id}/scenes/1`];
    const etags = await Promise.all(paths.map(async (path) => etagOf(await api("GET", path))));
    expect(etags[0]).toBe(`"${job.version}"`);
    const statuses = () =>
      Promise.all(
        paths.map(async (path, index) => {
          const headers = { "if-none-match": etags[index] ?? "" };
          return (await both.server.get(`/api/v3${path}`, { headers })).status;
        }),
      );
    expect(await statuses()).toEqual([304, 304, 304]);
    await api("PUT", `/jobs/${job.id}/scenes/1`, { script: "Something else." });
    expect(await statuses()).toEqual([200, 200, 200]);
  });

  test("refuse a change of the version that If-None-Match names, and accept the weak form in If-Match", async () => {
    const job = await readyJob(api);
    const own = `"${job.version}"`;
    expect((await act(api, job, { action: "cancel", headers: { "if-none-match": own } })).status).toBe(412);
    const [first] = readScenes(await api("GET", `/jobs/${job.id}/scenes`));
    const scene = await api("GET", `/jobs/${job.id}/scenes/${first?.id}`);
    const weak = { "if-match": `W/${etagOf(scene)}` };
    const edited = await api("PUT", `/jobs/${job.id}/scenes/1`, { script: "New." }, weak);
    expect(readScene(edited).script).toBe("New.");
    const now = readJob(await api("GET", `/jobs/${job.id}`));
    expect((await act(api, now, { action: "cancel", headers: { "if-match": `W/"${now.version}"` } })).status).toBe(200);
  });
});

test("a 304 never leaves a client with signed links that end soon", async () => {
  await using server = await startTestServer({ ALLOWED_ASSET_DOMAINS: both.origin.grant });
  const key = await newKey(server.config.dataDir, "ann");
  await until(async () => (await server.get("/api/v3/me")).status === 401);
  const asset = await importAsset((method, path, body) => server.api(method, path, body, key.headers), both.origin);
  const read = async () => {
    const headers = { ...key.headers, "if-none-match": "*" };
    return await server.get(`/api/v3/assets/${asset.id}`, { headers });
  };
  expect((await read()).status).toBe(304);
  const realNow = Date.now;
  try {
    // Past the half of the shortest life of a link.
    Date.now = () => realNow() + 31 * 60_000;
    const later = await server.api("GET", `/assets/${asset.id}`, undefined, { ...key.headers, "if-none-match": "*" });
    expect(later.status).toBe(200);
    expect(readAsset(later).url).toContain("?expires=");
  } finally {
    Date.now = realNow;
  }
});
