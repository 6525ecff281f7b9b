import { describe, expect, test } from "bun:test";
import { newClient } from "../support/clients.ts";
import { openStream } from "../support/event_stream.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import { act, jobBody, jobNow, readJob, readyJob } from "../support/jobs.ts";
import { keysProcess, type MadeKey, newKey } from "../support/keys.ts";
import { type Api, eventsIn, startTestServer, type TestServer, until } from "../support/test_server.ts";

async function ownerOf(server: TestServer, owner: string): Promise<{ key: MadeKey; api: Api }> {
  const key = await newKey(server.config.dataDir, owner);
  await until(async () => (await server.get("/api/v3/me", { headers: key.headers })).headers.has("ratelimit"));
  return { key, api: (method, path, body, more) => server.api(method, path, body, { ...key.headers, ...more }) };
}

describe("streams of events", () => {
  test("of one owner are bounded, those of others are not, and a closed one makes room", async () => {
    await using server = await startTestServer({ STREAMS_PER_OWNER: "2" });
    const ann = await ownerOf(server, "ann");
    const bob = await ownerOf(server, "bob");
    const url = `${server.url}/api/v3/events`;
    const first = await openStream(url, ann.key.headers);
    await using second = await openStream(url, ann.key.headers);
    const refused = await ann.api("GET", "/events");
    expect({ status: refused.status, code: refused.meta.code }).toEqual({ status: 429, code: "rate_limited" });
    expect(refused.headers.get("retry-after")).toBe("5");
    await using other = await openStream(url, bob.key.headers);
    expect([second.response.status, other.response.status]).toEqual([200, 200]);
    await first.close();
    await until(async () => {
      const next = await openStream(url, ann.key.headers);
      await next.close();
      return next.response.status === 200;
    });
  });

  test("end when their key is revoked, and not those of other keys", async () => {
    await using server = await startTestServer();
    const { dataDir } = server.config;
    const ann = await ownerOf(server, "ann");
    const again = await ownerOf(server, "ann");
    await using stream = await openStream(`${server.url}/api/v3/events`, ann.key.headers);
    await using other = await openStream(`${server.url}/api/v3/events`, again.key.headers);
    await keysProcess(dataDir, "revoke", ann.key.id);
    const seen = await stream.rest();
    expect(seen.map(({ type }) => type).filter((type) => type !== "ApiKeyRevoked")).toEqual([]);
    await again.api("POST", "/clients", { name: "Acme" });
    const types: string[] = [];
    while (!types.includes("ClientCreated")) types.push((await other.next())?.type ?? "ended");
    expect(types).not.toContain("ended");
  });

  test("of an open server end when the first key is issued", async () => {
    await using server = await startTestServer();
    await using stream = await openStream(`${server.url}/api/v3/events`);
    await newKey(server.config.dataDir, "ann");
    expect(await stream.rest()).toEqual([]);
  });
});

describe("jobs in progress", () => {
  test("of one owner are bounded; those that wait for people do not count", async () => {
    await using both = await startServerAndOrigin({ JOBS_PER_OWNER: "1" });
    const { server, origin } = both;
    const ann = await ownerOf(server, "ann");
    const bob = await ownerOf(server, "bob");
    const clientId = await newClient(ann.api);
    const hanging = jobBody({ clientId, assets: [{ url: `${origin.url}/held/job/photo.png`, type: "image" }] });
    const key = { "idempotency-key": "hanging" };
    const first = await ann.api("POST", "/jobs", hanging, key);
    expect(first.status).toBe(202);
    const refused = await ann.api("POST", "/jobs", jobBody({ clientId }));
    expect({ status: refused.status, code: refused.meta.code }).toEqual({ status: 429, code: "rate_limited" });
    expect(readJob(await ann.api("POST", "/jobs", hanging, key)).id).toBe(readJob(first).id);
    const bobs = jobBody({ clientId: await newClient(bob.api) });
    expect((await bob.api("POST", "/jobs", bobs, { prefer: "wait=60" })).status).toBe(200);
    expect((await bob.api("POST", "/jobs", bobs, { prefer: "wait=60" })).status).toBe(200);
    origin.release("job");
    await until(async () => (await ann.api("POST", "/jobs", jobBody({ clientId }))).status === 202);
  });

  test("are also those that an approval, a rejection or a retry sets going, and a refusal changes nothing", async () => {
    await using both = await startServerAndOrigin({ JOBS_PER_OWNER: "1" });
    const { server, origin } = both;
    const { api } = await ownerOf(server, "ann");
    const clientId = await newClient(api);
    const failing = jobBody({ clientId, assets: [{ url: `${origin.url}/status/404`, type: "image" }] });
    const failed = readJob(await api("POST", "/jobs", failing, { prefer: "wait=60" }));
    const ready = await readyJob(api, { clientId });
    const hanging = jobBody({ clientId, assets: [{ url: `${origin.url}/held/going/photo.png`, type: "image" }] });
    expect((await api("POST", "/jobs", hanging)).status).toBe(202);
    const actions = [
      [ready, { action: "approve" }],
      [ready, { action: "reject_storyboard", payload: { feedback: "warmer" } }],
      [ready, { action: "regenerate_all_scenes" }],
      [failed, { action: "retry" }],
    ] as const;
    for (const [job, action] of actions) {
      const refused = await act(api, job, action);
      const { code } = refused.meta;
      const retryAfter = refused.headers.get("retry-after");
      expect({ ...action, status: refused.status, code, retryAfter }).toMatchObject({
        status: 429,
        code: "rate_limited",
        retryAfter: "5",
      });
      const { status, version } = await jobNow(api, job);
      expect({ status, version }).toEqual({ status: job.status, version: job.version });
    }
    origin.release("going");
    await until(async () => (await act(api, ready, { action: "approve" })).status === 202);
  });
});

describe("unfinished imports", () => {
  test.each([
    ["one by one", (api: Api, url: string) => api("POST", "/assets/from-url", importOf(url), ASYNC)],
    [
      "in lists of one",
      (api: Api, url: string) => api("POST", "/assets/from-urls", { assets: [importOf(url)] }, ASYNC),
    ],
  ])("of one owner are bounded when many come at once, %s, and those of others are not", async (_how, ask) => {
    await using both = await startServerAndOrigin({ PENDING_IMPORTS_PER_OWNER: "3" });
    const { server, origin } = both;
    const ann = await ownerOf(server, "ann");
    const bob = await ownerOf(server, "bob");
    const urls = Array.from({ length: 12 }, (_, index) => `${origin.url}/held/many/photo.png?${index}`);
    const statuses = await Promise.all(urls.map(async (url) => (await ask(ann.api, url)).status));
    expect(statuses.toSorted()).toEqual([...Array<number>(3).fill(202), ...Array<number>(9).fill(429)]);
    expect((await ask(bob.api, urls[0] ?? "")).status).toBe(202);
    const requested = eventsIn(server.config.dataDir).filter(({ type }) => type === "AssetRequested");
    expect(requested).toHaveLength(4);
    origin.release("many");
    await until(async () => (await ask(ann.api, `${origin.url}/photo.png`)).status === 202);
  });
});

const ASYNC = { prefer: "respond-async" };

function importOf(url: string) {
  return { name: "Photo", type: "image", url };
}
