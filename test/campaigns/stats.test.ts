import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { drizzle } from "drizzle-orm/bun-sqlite";
import { Elysia } from "elysia";
import { createAssetQueries } from "../../src/assets/mod.ts";
import { campaignStatsRoutes, createCampaignQueries } from "../../src/campaigns/mod.ts";
import { clientStatsRoutes, createClientQueries } from "../../src/clients/mod.ts";
import type { ClientOrCampaign } from "../../src/core/client_scope.ts";
import { LOCAL } from "../../src/core/identity.ts";
import { databasePath } from "../../src/event_log/mod.ts";
import { createHttp } from "../../src/http/http.ts";
import { checked } from "../support/answer.ts";
import { newAsset, newCampaign, newClient } from "../support/clients.ts";
import { fixture, type MediaOrigin, startOrigin } from "../support/origin.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

let origin: MediaOrigin;
let server: TestServer;
let db: Database;
beforeAll(async () => {
  origin = await startOrigin();
  server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant });
  db = new Database(databasePath(server.config.dataDir), { readonly: true, strict: true });
});
afterAll(async () => {
  db.close();
  await server[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
});

/** The two endpoints over the server's own read tables, with these numbers of jobs. */
function statsApp() {
  const read = drizzle(db);
  const asked: ClientOrCampaign[] = [];
  const campaigns = createCampaignQueries(read);
  const shared = {
    http: createHttp({
      identify: () => ({
        ...LOCAL,
        accessEnds: new AbortController().signal,
        bytesFreshFor: 0,
        headers: {},
        charge() {},
      }),
      publicUrl: null,
      costs: { ofBody: () => 0, ofWork: () => 0 },
      requestIdOf: () => "test",
      streamedRoutes: [],
    }),
    assetTotals: createAssetQueries(read).totalsIn,
    jobTotals(_owner: string, where: ClientOrCampaign) {
      asked.push(where);
      return { total: 3, byStatus: { completed: 2, failed: 1 }, videos: 2, cost: 0.25 };
    },
  };
  const campaignCount = (owner: string, client_id: string) => campaigns.count(owner, { client_id });
  const app = new Elysia({ normalize: false })
    .use(clientStatsRoutes({ ...shared, queries: createClientQueries(read), campaignCount }))
    .use(campaignStatsRoutes({ ...shared, queries: campaigns }));
  const data = async (path: string) => {
    const response = await app.handle(new Request(`http://localhost/api/v3${path}`));
    expect(response.status).toBe(200);
    return checked(Type.Object({ data: Type.Unknown() }), await response.json()).data;
  };
  return { data, asked };
}

describe("the numbers of a client and of a campaign", () => {
  test("count assets of each kind with their bytes, jobs as their slice counts them, and campaigns", async () => {
    const clientId = await newClient(server.api);
    const campaignId = await newCampaign(server.api, clientId);
    await newCampaign(server.api, clientId, { status: "archived" });
    await newAsset(server.api, `${origin.url}/photo.jpg`, { clientId });
    await newAsset(server.api, `${origin.url}/photo.png`, { campaignId });
    await newAsset(server.api, `${origin.url}/photo.png`, {});
    const [jpg, png] = [(await fixture("photo.jpg")).byteLength, (await fixture("photo.png")).byteLength];
    const { data, asked } = statsApp();
    const jobs = { total: 3, byStatus: { completed: 2, failed: 1 } };
    const kinds = { video: 0, audio: 0, document: 0, font: 0 };
    expect(await data(`/clients/${clientId}/stats`)).toEqual({
      assets: { total: 2, bytes: jpg + png, byType: { image: 2, ...kinds } },
      jobs,
      videos: 2,
      cost: 0.25,
      campaigns: 2,
    });
    expect(await data(`/campaigns/${campaignId}/stats`)).toEqual({
      assets: { total: 1, bytes: png, byType: { image: 1, ...kinds } },
      jobs,
      videos: 2,
      cost: 0.25,
    });
    expect(asked).toEqual([{ clientId }, { campaignId }]);
  });

  test("count failed assets without bytes, and deleted ones not at all", async () => {
    const clientId = await newClient(server.api);
    const body = { name: "a", type: "video", url: `${origin.url}/status/404`, clientId };
    await server.api("POST", "/assets/from-url", body);
    const photo = await newAsset(server.api, `${origin.url}/photo.jpg`, { clientId });
    await server.api("DELETE", `/assets/${photo}`);
    const { data } = statsApp();
    expect(await data(`/clients/${clientId}/stats`)).toMatchObject({
      assets: { total: 1, bytes: 0, byType: { image: 0, video: 1, audio: 0, document: 0, font: 0 } },
      campaigns: 0,
    });
  });
});
