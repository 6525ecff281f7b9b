import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newAsset, newCampaign, newClient } from "../support/clients.ts";
import { type MediaOrigin, startOrigin } from "../support/origin.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

let origin: MediaOrigin;
let server: TestServer;
beforeAll(async () => {
  origin = await startOrigin();
  server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
});

const photo = (place: object) => newAsset(server.api, `${origin.url}/photo.jpg`, place);
const statusOf = async (path: string) => (await server.api("GET", path)).status;

/** A client with two campaigns and three assets, and another one beside it. */
async function twoClients() {
  const [clientId, neighbour] = [await newClient(server.api), await newClient(server.api)];
  const campaigns = [await newCampaign(server.api, clientId), await newCampaign(server.api, clientId)];
  const assets = [
    await photo({ clientId }),
    await photo({ clientId, campaignId: campaigns[0] }),
    await photo({ campaignId: campaigns[1] }),
  ];
  const beside = await newCampaign(server.api, neighbour);
  const kept = [`/clients/${neighbour}`, `/campaigns/${beside}`, `/assets/${await photo({ campaignId: beside })}`];
  return { clientId, campaigns, assets, kept };
}

describe("DELETE of a client or campaign that is still used", () => {
  test("is refused with what uses it, and nothing is deleted", async () => {
    const { clientId, campaigns, assets } = await twoClients();
    const before = server.eventTypes().length;
    for (const query of ["", "?cascade=false"]) {
      expect(await server.api("DELETE", `/clients/${clientId}${query}`)).toMatchObject({
        status: 409,
        error:
          "Cannot delete the client: it still has 3 assets and 2 campaigns; ?cascade=true deletes the assets and deletes the campaigns",
        meta: { code: "conflict", details: { assets: 3, campaigns: 2 } },
      });
    }
    expect(await server.api("DELETE", `/campaigns/${campaigns[0]}`)).toMatchObject({
      status: 409,
      error: "Cannot delete the campaign: it still has 1 asset; ?cascade=true deletes the asset",
    });
    expect(server.eventTypes()).toHaveLength(before);
    for (const path of [`/clients/${clientId}`, ...assets.map((id) => `/assets/${id}`)]) {
      expect(await statusOf(path)).toBe(200);
    }
  });

  test.each(["yes", "1", "TRUE", "", "true&cascade=false"])("does not cascade for cascade=%s", async (value) => {
    const clientId = await newClient(server.api);
    await newCampaign(server.api, clientId);
    expect((await server.api("DELETE", `/clients/${clientId}?cascade=${value}`)).status).toBe(422);
    expect(await statusOf(`/clients/${clientId}`)).toBe(200);
  });

  test("counts failed and pending assets, too", async () => {
    const clientId = await newClient(server.api);
    const body = { name: "a", type: "image", url: `${origin.url}/status/500`, clientId };
    expect((await server.api("POST", "/assets/from-url", body)).status).toBe(502);
    expect((await server.api("DELETE", `/clients/${clientId}`)).meta.details).toEqual({ assets: 1 });
  });
});

describe("DELETE with ?cascade=true", () => {
  test("deletes a client with its campaigns and assets, and nobody else's, in one append", async () => {
    const { clientId, campaigns, assets, kept } = await twoClients();
    const before = server.eventTypes().length;
    const { status, data } = await server.api("DELETE", `/clients/${clientId}?cascade=true`);
    expect({ status, data }).toEqual({ status: 200, data: { id: clientId, message: "The client was deleted" } });
    expect(server.eventTypes().slice(before)).toEqual([
      ...assets.map(() => "AssetDeleted"),
      ...campaigns.map(() => "CampaignDeleted"),
      "ClientDeleted",
    ]);
    const gone = [
      `/clients/${clientId}`,
      ...campaigns.map((id) => `/campaigns/${id}`),
      ...assets.map((id) => `/assets/${id}`),
    ];
    for (const path of gone) expect(await statusOf(path)).toBe(404);
    for (const path of kept) expect(await statusOf(path)).toBe(200);
    expect((await server.api("GET", `/assets?client_id=${clientId}&status=all`)).meta.total).toBe(0);
    expect((await server.api("GET", `/campaigns?client_id=${clientId}`)).meta.total).toBe(0);
  });

  test("deletes a campaign with its assets, and leaves the rest of its client", async () => {
    const { clientId, campaigns, assets, kept } = await twoClients();
    expect((await server.api("DELETE", `/campaigns/${campaigns[1]}?cascade=true`)).status).toBe(200);
    expect(await statusOf(`/assets/${assets[2]}`)).toBe(404);
    const left = [`/clients/${clientId}`, `/campaigns/${campaigns[0]}`, `/assets/${assets[0]}`, `/assets/${assets[1]}`];
    for (const path of [...left, ...kept]) expect(await statusOf(path)).toBe(200);
  });

  test("ends an import that is under way", async () => {
    const clientId = await newClient(server.api);
    const body = { name: "a", type: "image", url: `${origin.url}/held/import/photo.jpg`, clientId };
    const { status } = await server.api("POST", "/assets/from-url", body, { prefer: "respond-async" });
    expect(status).toBe(202);
    expect((await server.api("DELETE", `/clients/${clientId}?cascade=true`)).status).toBe(200);
    origin.release("import");
    expect((await server.api("GET", "/assets?status=pending")).meta.total).toBe(0);
  });

  test("of nothing is not found, whatever is asked", async () => {
    expect((await server.api("DELETE", "/clients/nope?cascade=true")).status).toBe(404);
    expect((await server.api("DELETE", "/campaigns/nope?cascade=true")).status).toBe(404);
  });

  test("leaves nothing behind however many requests add to the client meanwhile", async () => {
    for (let round = 0; round < 10; round++) {
      const clientId = await newClient(server.api);
      const campaignId = await newCampaign(server.api, clientId);
      const body = { name: "a", type: "image", url: `${origin.url}/photo.jpg` };
      const later = { prefer: "respond-async" };
      const answers = await Promise.all([
        server.api("POST", "/assets/from-url", { ...body, clientId }, later),
        server.api("POST", "/assets/from-url", { ...body, campaignId }, later),
        server.api("POST", "/campaigns", { clientId, name: "late" }),
        server.api("DELETE", `/clients/${clientId}?cascade=true`),
        server.api("DELETE", `/campaigns/${campaignId}?cascade=true`),
        server.api("POST", "/campaigns", { clientId, name: "later" }),
        server.api("POST", "/assets/from-url", { ...body, clientId, campaignId }, later),
      ]);
      expect(answers[3]?.status).toBe(200);
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
      expect((await server.api("GET", `/assets?client_id=${clientId}&status=all`)).meta.total).toBe(0);
      expect((await server.api("GET", `/assets?campaign_id=${campaignId}&status=all`)).meta.total).toBe(0);
      expect((await server.api("GET", `/campaigns?client_id=${clientId}`)).meta.total).toBe(0);
    }
  });
});
