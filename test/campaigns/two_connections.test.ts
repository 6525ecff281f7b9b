import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Asset } from "../../src/assets/mod.ts";
import { openDatabase } from "../../src/database/mod.ts";
import { databasePath } from "../../src/event_log/mod.ts";
import { checked } from "../support/answer.ts";
import { newCampaign, newClient } from "../support/clients.ts";
import { jobBody, readJobs } from "../support/jobs.ts";
import { fixture } from "../support/origin.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Runs the requests while another connection holds the write lock, so that all of them are decided before any is kept. */
async function whileLocked(...requests: readonly (() => Promise<{ readonly status: number }>)[]): Promise<number[]> {
  using other = openDatabase(databasePath(server.config.dataDir));
  other.run("BEGIN IMMEDIATE");
  const answers = requests.map((request) => request());
  await Bun.sleep(60);
  other.run("COMMIT");
  return (await Promise.all(answers)).map(({ status }) => status);
}

const open = async (path: string) => (await server.api("GET", path)).data;

describe("a lock held by another connection", () => {
  test("DELETE client beside POST campaign: no campaign is left in a deleted client", async () => {
    const clientId = await newClient(server.api);
    const remove = () => server.api("DELETE", `/clients/${clientId}`);
    const create = () => server.api("POST", "/campaigns", { name: "Summer", clientId });
    const statuses = await whileLocked(remove, create);
    expect([
      [200, 422],
      [409, 201],
    ]).toContainEqual(statuses);
    const gone = (await server.api("GET", `/clients/${clientId}`)).status === 404;
    expect(await open(`/campaigns?client_id=${clientId}`)).toHaveLength(gone ? 0 : 1);
  });

  test("DELETE client with cascade beside POST job: no open job is left in a deleted client", async () => {
    const clientId = await newClient(server.api);
    const remove = () => server.api("DELETE", `/clients/${clientId}?cascade=true`);
    const create = () => server.api("POST", "/jobs", jobBody({ clientId }));
    const [removed, created] = await whileLocked(remove, create);
    expect(removed).toBe(200);
    expect([202, 422]).toContain(created ?? 0);
    const jobs = readJobs(await server.api("GET", `/jobs?client_id=${clientId}`));
    expect(jobs.map(({ status }) => status)).toEqual(created === 202 ? ["cancelled"] : []);
  });

  test("DELETE campaign beside POST job in it: no open job is left in a deleted campaign", async () => {
    const clientId = await newClient(server.api);
    const campaignId = await newCampaign(server.api, clientId);
    const remove = () => server.api("DELETE", `/campaigns/${campaignId}`);
    const create = () => server.api("POST", "/jobs", jobBody({ clientId, campaignId }));
    expect([
      [200, 422],
      [409, 202],
    ]).toContainEqual(await whileLocked(remove, create));
  });

  test("PATCH of a campaign's client beside DELETE of that client: the campaign is never in a deleted client", async () => {
    const [from, to] = [await newClient(server.api), await newClient(server.api)];
    const campaignId = await newCampaign(server.api, from);
    const move = () => server.api("PUT", `/campaigns/${campaignId}`, { clientId: to });
    const remove = () => server.api("DELETE", `/clients/${to}`);
    expect([
      [200, 409],
      [422, 200],
    ]).toContainEqual(await whileLocked(move, remove));
  });

  test("PATCH of an asset's client beside DELETE of that client: the asset is never in a deleted client", async () => {
    const [clientId, assetId] = [await newClient(server.api), await uploaded()];
    const move = () => server.api("PATCH", `/assets/${assetId}`, { clientId });
    const remove = () => server.api("DELETE", `/clients/${clientId}`);
    expect([
      [200, 409],
      [422, 200],
    ]).toContainEqual(await whileLocked(move, remove));
  });

  test("POST of many assets beside DELETE of their client: no asset is left in a deleted client", async () => {
    const clientId = await newClient(server.api);
    const assets = [1, 2].map((n) => ({ name: `photo ${n}`, type: "image", url: `https://cdn.example/${n}.png` }));
    const remove = () => server.api("DELETE", `/clients/${clientId}`);
    const create = () => server.api("POST", "/assets/from-urls", { assets, clientId }, { Prefer: "respond-async" });
    const statuses = await whileLocked(remove, create);
    expect([
      [200, 422],
      [409, 202],
    ]).toContainEqual(statuses);
    expect(await open(`/assets?status=all&client_id=${clientId}`)).toHaveLength(statuses[0] === 200 ? 0 : 2);
  });

  test("DELETE asset beside POST of a job that uses it: no open job uses a deleted asset", async () => {
    const [clientId, assetId] = [await newClient(server.api), await uploaded()];
    const remove = () => server.api("DELETE", `/assets/${assetId}`);
    const create = () => server.api("POST", "/jobs", jobBody({ clientId, assets: [{ assetId }] }));
    expect([
      [200, 422],
      [409, 202],
    ]).toContainEqual(await whileLocked(remove, create));
  });
});

/** Uploads a picture and returns the asset's id. */
async function uploaded(): Promise<string> {
  const form = new FormData();
  form.set("file", new File([await fixture("photo.jpg")], "photo.jpg"));
  const { data } = await server.api("POST", "/assets", form, { Prefer: "wait=60" });
  return checked(Asset, data).id;
}
