import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newCampaign, newClient } from "../support/clients.ts";
import { importAsset } from "../support/imports.ts";
import { jobBody, readyJob } from "../support/jobs.ts";
import { type MadeKey, newKey } from "../support/keys.ts";
import { type MediaOrigin, startOrigin } from "../support/origin.ts";
import { type Api, eventsIn, startTestServer, type TestServer, until } from "../support/test_server.ts";

let origin: MediaOrigin;
let server: TestServer;
let ann: MadeKey;
let bob: MadeKey;
/** Ann's things, by what stands before them in a path. */
let ids: Readonly<Record<string, string>>;

const as =
  (key: MadeKey): Api =>
  (method, path, body, headers) =>
    server.api(method, path, body, { ...key.headers, ...headers });

beforeAll(async () => {
  origin = await startOrigin();
  server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant });
  ann = await newKey(server.config.dataDir, "ann");
  bob = await newKey(server.config.dataDir, "bob");
  await until(async () => (await server.get("/api/v3/me")).status === 401);
  const api = as(ann);
  const clients = await newClient(api, "Ann's client");
  const campaigns = await newCampaign(api, clients);
  const place = { clientId: clients, campaignId: campaigns };
  const assets = (await importAsset(api, origin, { name: "Ann's picture", tags: ["anns-tag"], ...place })).id;
  const job = await readyJob(api, { ...place, assets: [{ assetId: assets }] });
  ids = { clients, campaigns, assets, jobs: job.id, scenes: job.scenes[0]?.id ?? "", outputs: "o1" };
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
});

/** A body that the owner could send, of every route that takes one and names a thing. */
const BODIES: Readonly<Record<string, object>> = {
  "PATCH /assets/:id": { name: "Bob's now" },
  "PUT /clients/:id": { name: "Bob's now" },
  "PUT /campaigns/:id": { name: "Bob's now" },
  "POST /jobs/:id/actions": { action: "cancel" },
  "PUT /jobs/:id/scenes/:scene": { description: "Bob's now" },
  "POST /jobs/:id/scenes/:scene/regenerate": { feedback: "Bob's now" },
};

interface Route {
  readonly method: string;
  /** Below `/api/v3`, without a slash at the end. */
  readonly path: string;
}

/** Every route of the running app below `/api/v3`, and HEAD beside each GET. */
function routes(): Route[] {
  return server.routes
    .filter(({ path }) => path.startsWith("/api/v3/"))
    .map(({ method, path }) => ({ method, path: path.slice("/api/v3".length).replace(/(.)\/$/, "$1") }))
    .flatMap((route) => (route.method === "GET" ? [route, { ...route, method: "HEAD" }] : [route]));
}

/** The path with Ann's ids for its parameters. */
function withAnnsIds(path: string): string {
  return path.replaceAll(/\/([^/]+)\/:(\w+)/g, (_all, things: string) => {
    const id = ids[things];
    if (id === undefined) {
      throw new Error(`Cannot walk ${path}: make one of Ann's ${things} in this test, so that Bob can ask for it`);
    }
    return `/${things}/${id}`;
  });
}

function namesAnything(text: string): boolean {
  return /ann|photo\.png/i.test(text) || Object.values(ids).some((id) => text.includes(id));
}

async function bobAsks({ method, path }: Route, body?: object): Promise<{ status: number; text: string }> {
  const leaving = new AbortController();
  const response = await server.get(`/api/v3${path}`, {
    method,
    signal: leaving.signal,
    headers: { ...bob.headers, ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    // A stream of what is to come has nothing of Ann's to begin with; test/feeds has what it must never send.
    leaving.abort();
    return { status: response.status, text: "" };
  }
  return { status: response.status, text: await response.text() };
}

describe("Bob, with a key of his own and all of Ann's ids", () => {
  test("finds none of Ann's things by any route, whatever the method, and changes nothing", async () => {
    const before = eventsIn(server.config.dataDir).length;
    const named = routes().filter(({ path }) => path.includes(":"));
    expect(named.length).toBeGreaterThan(30);
    for (const { method, path } of named) {
      const body = BODIES[`${method} ${path}`];
      if (body === undefined && ["POST", "PUT", "PATCH"].includes(method)) {
        throw new Error(`Cannot walk ${method} ${path}: give it a body in this test, so that Bob gets past its schema`);
      }
      const { status, text } = await bobAsks({ method, path: withAnnsIds(path) }, body);
      expect({ method, path, status }).toEqual({ method, path, status: 404 });
      expect({ path, leaks: /Ann's|anns-tag|photo\.png/.test(text) }).toEqual({ path, leaks: false });
    }
    expect(eventsIn(server.config.dataDir).length).toBe(before);
  });

  test("is answered by the same routes as Ann: what is there for her is not there for him", async () => {
    const reads = routes().filter(({ method, path }) => method === "GET" && path.includes(":"));
    for (const { path } of reads) {
      // The video and its sound are not made yet, and a stream does not end.
      if (/\/(video|thumbnail|events|captions\.\w+|\w+\.wav)$/.test(path) && path.startsWith("/jobs")) continue;
      const { status } = await server.get(`/api/v3${withAnnsIds(path)}`, { headers: ann.headers });
      expect({ path, status }).toEqual({ path, status: 200 });
    }
  });

  test("sees nothing of Ann's in any list", async () => {
    const unnamed = routes().filter(({ method, path }) => method === "GET" && !path.includes(":"));
    expect(unnamed.length).toBeGreaterThan(4);
    for (const { path } of unnamed) {
      for (const query of ["", `?client_id=${ids.clients}`, `?campaign_id=${ids.campaigns}`, "?tag=anns-tag"]) {
        const { status, text } = await bobAsks({ method: "GET", path: path + query });
        expect({ path, query, isOurs: status < 500, leaks: /Ann's|photo\.png/.test(text) }).toEqual({
          path,
          query,
          isOurs: true,
          leaks: false,
        });
        const leaks = query === "" && namesAnything(text);
        const hasRows = text.startsWith('{"data":[') && !text.startsWith('{"data":[],"error":null');
        expect({ path, query, leaks, hasRows }).toEqual({ path, query, leaks: false, hasRows: false });
      }
    }
  });

  test("cannot put anything of his into Ann's places, or use her assets", async () => {
    const mine = await newClient(as(bob), "Bob's client");
    const url = `${origin.url}/photo.jpg`;
    const { clients: clientId = "", campaigns: campaignId = "", assets: assetId = "" } = ids;
    const asked: [path: string, body: object][] = [
      ["/assets/from-url", { name: "x", type: "image", url, clientId }],
      ["/assets/from-url", { name: "x", type: "image", url, campaignId }],
      ["/assets", { name: "x", type: "image", url, clientId: mine, campaignId }],
      ["/assets/from-urls", { assets: [{ name: "x", type: "image", url }], clientId }],
      ["/assets/unified", { uploadType: "url", name: "x", type: "image", sourceUrl: url, clientId }],
      ["/campaigns", { clientId, name: "x" }],
      ["/jobs", jobBody({ clientId })],
      ["/jobs", jobBody({ clientId: mine, campaignId })],
      ["/jobs", jobBody({ clientId: mine, assets: [{ assetId }] })],
      ["/jobs/dry-run", jobBody({ clientId: mine, assets: [{ assetId }] })],
    ];
    for (const [path, body] of asked) {
      const { status, meta } = await as(bob)("POST", path, body);
      expect({ path, status, code: meta.code }).toEqual({ path, status: 422, code: "validation_failed" });
    }
  });

  test("does not meet Ann under the same Idempotency-Key", async () => {
    const key = { "idempotency-key": "the-same" };
    const anns = await as(ann)("POST", "/clients", { name: "Of Ann" }, key);
    const bobs = await as(bob)("POST", "/clients", { name: "Of Bob" }, key);
    expect([anns.status, bobs.status]).toEqual([201, 201]);
    expect(bobs.headers.get("idempotency-replayed")).toBeNull();
    expect(anns.headers.get("location")).not.toBe(bobs.headers.get("location"));
  });

  test("may not resume a stream into Ann's past", async () => {
    const response = await server.get("/api/v3/events?lastEventId=0", { headers: bob.headers });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    // Bob's own events come after all of Ann's first ones.
    while (reader && !text.includes("Of Bob")) text += (await reader.read()).value ?? "";
    await reader?.cancel();
    expect(text).not.toMatch(/Ann/);
  });
});
