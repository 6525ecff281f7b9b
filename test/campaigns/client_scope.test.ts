import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { checked, readAsset } from "../support/answer.ts";
import { newAsset, newCampaign, newClient } from "../support/clients.ts";
import { type MediaOrigin, startOrigin } from "../support/origin.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

let origin: MediaOrigin;
let server: TestServer;
let [one, two, campaign] = ["", "", ""];
beforeAll(async () => {
  origin = await startOrigin();
  server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant });
  one = await newClient(server.api);
  two = await newClient(server.api);
  campaign = await newCampaign(server.api, one);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
});

const photo = (place: object) => newAsset(server.api, `${origin.url}/photo.jpg`, place);
const placeOf = async (id: string) => {
  const { clientId, campaignId } = readAsset(await server.api("GET", `/assets/${id}`));
  return { clientId, campaignId };
};

describe("an asset", () => {
  test("belongs to the client and campaign that the request names", async () => {
    expect(await placeOf(await photo({ clientId: two }))).toEqual({ clientId: two, campaignId: null });
    const both = { clientId: one, campaignId: campaign };
    expect(await placeOf(await photo(both))).toEqual(both);
    const { meta } = await server.api("GET", `/assets?client_id=${one}&campaign_id=${campaign}`);
    expect(meta.total).toBe(1);
  });

  test("of a campaign is also of the campaign's client", async () => {
    expect(await placeOf(await photo({ campaignId: campaign }))).toEqual({ clientId: one, campaignId: campaign });
    const uploaded = new FormData();
    uploaded.set("file", new File(["Hello"], "brief.txt"));
    uploaded.set("campaignId", campaign);
    const asset = readAsset(await server.api("POST", "/assets", uploaded));
    expect(asset).toMatchObject({ clientId: one, campaignId: campaign });
  });

  test.each<[string, () => object, object[]]>([
    ["an unknown client", () => ({ clientId: "nope" }), [{ path: "clientId" }]],
    ["an unknown campaign", () => ({ campaignId: "nope" }), [{ path: "campaignId" }]],
    ["both unknown", () => ({ clientId: "a", campaignId: "b" }), [{ path: "clientId" }, { path: "campaignId" }]],
    ["a campaign as client", () => ({ clientId: campaign }), [{ path: "clientId" }]],
    ["a campaign of another client", () => ({ clientId: two, campaignId: campaign }), [{ path: "campaignId" }]],
  ])("is refused with %s, and nothing is fetched or stored", async (_what, place, details) => {
    const before = { events: server.eventTypes().length, requests: origin.requests.length };
    const body = { name: "photo", type: "image", url: `${origin.url}/photo.png`, ...place() };
    const byUrl = await server.api("POST", "/assets/from-url", body);
    expect(byUrl).toMatchObject({ status: 422, meta: { code: "validation_failed", details } });
    const form = new FormData();
    form.set("file", new File(["Hello"], "brief.txt"));
    for (const [name, value] of Object.entries(place())) form.set(name, value);
    const byForm = await server.api("POST", "/assets", form);
    expect(byForm).toMatchObject({ status: 422, meta: { code: "validation_failed", details } });
    expect({ events: server.eventTypes().length, requests: origin.requests.length }).toEqual(before);
  });

  test("moves by PATCH to where it can be, and nowhere else", async () => {
    const id = await photo({});
    const patch = (place: object) => server.api("PATCH", `/assets/${id}`, place);
    await patch({ campaignId: campaign });
    expect(await placeOf(id)).toEqual({ clientId: one, campaignId: campaign });
    for (const wrong of [
      { clientId: two },
      { clientId: null },
      { campaignId: "nope" },
      { clientId: "nope", campaignId: null },
    ]) {
      expect((await patch(wrong)).meta.code).toBe("validation_failed");
      expect(await placeOf(id)).toEqual({ clientId: one, campaignId: campaign });
    }
    await patch({ campaignId: null });
    expect(await placeOf(id)).toEqual({ clientId: one, campaignId: null });
    await patch({ clientId: two });
    expect(await placeOf(id)).toEqual({ clientId: two, campaignId: null });
    await patch({ clientId: one, campaignId: campaign });
    await patch({ clientId: null, campaignId: null });
    expect(await placeOf(id)).toEqual({ clientId: null, campaignId: null });
  });

  test("keeps its place when only its name changes", async () => {
    const id = await photo({ clientId: one, campaignId: campaign });
    expect((await server.api("PATCH", `/assets/${id}`, { name: "renamed" })).status).toBe(200);
    expect(await placeOf(id)).toEqual({ clientId: one, campaignId: campaign });
  });

  test("that an Idempotency-Key made is answered again after its client is gone", async () => {
    const clientId = await newClient(server.api);
    const body = { name: "photo", type: "image", url: `${origin.url}/photo.jpg`, clientId };
    const post = () => server.api("POST", "/assets/from-url", body, { "idempotency-key": "gone" });
    const { id } = readAsset(await post());
    await server.api("PATCH", `/assets/${id}`, { clientId: null });
    await server.api("DELETE", `/clients/${clientId}`);
    expect(readAsset(await post()).id).toBe(id);
  });
});

describe("a campaign", () => {
  test("stays with its client as long as assets belong to it", async () => {
    const id = await newCampaign(server.api, one);
    const asset = await photo({ campaignId: id });
    const refused = await server.api("PUT", `/campaigns/${id}`, { clientId: two });
    expect(refused).toMatchObject({ status: 409, meta: { code: "conflict" } });
    expect((await server.api("PUT", `/campaigns/${id}`, { clientId: one, name: "Same client" })).status).toBe(200);
    await server.api("DELETE", `/assets/${asset}`);
    expect(checked(ClientId, (await server.api("PUT", `/campaigns/${id}`, { clientId: two })).data).clientId).toBe(two);
  });
});

const ClientId = Type.Object({ clientId: Type.String() });
