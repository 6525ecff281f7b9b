import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readAsset } from "../support/answer.ts";
import { newClient, readCampaign, readClient } from "../support/clients.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import { jobBody, readJob, readyJob } from "../support/jobs.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
beforeAll(async () => {
  both = await startServerAndOrigin();
});
afterAll(() => both[Symbol.asyncDispose]());

describe("null for an optional field means absent", () => {
  test("of clients and campaigns", async () => {
    const { api } = both.server;
    const id = await newClient(api, "Acme");
    expect(readCampaign(await api("POST", "/campaigns", { clientId: id, name: "S", status: null })).status).toBe(
      "draft",
    );
    expect((await api("POST", "/clients", { name: null })).status).toBe(422);
  });

  test("of assets, and null that clears still clears", async () => {
    const { api } = both.server;
    const clientId = await newClient(api);
    const body = { name: "a", type: "image", url: `${both.origin.url}/photo.png`, tags: null, clientId };
    for (const path of ["/assets/from-url", "/assets"])
      expect(readAsset(await api("POST", path, body)).tags).toEqual([]);
    const { clientId: _, ...item } = body;
    expect((await api("POST", "/assets/from-urls", { assets: [item], clientId: null })).status).toBe(200);
    const asset = readAsset(await api("POST", "/assets/from-url", { ...body, tags: ["x"] }));
    const changed = readAsset(await api("PATCH", `/assets/${asset.id}`, { clientId: null }));
    expect(changed).toMatchObject({ name: "a", tags: ["x"], clientId: null });
  });

  test("of jobs, actions and scenes", async () => {
    const { api } = both.server;
    const clientId = await newClient(api);
    const creative = { assets: null, storyboard: null, videoSpecs: { duration: 6, format: null, resolution: null } };
    const body = { advanced: null, generateAudio: null };
    const job = await readyJob(api, { clientId, creative, body });
    expect(job).toMatchObject({ assetIds: [], advanced: null, generateAudio: true });
    const bare = jobBody({
      clientId,
      creative: { ...creative, videoSpecs: null },
      body: { advanced: { duration: null } },
    });
    expect((await api("POST", "/jobs/dry-run", bare)).status).toBe(200);
    const path = `/jobs/${job.id}/scenes/1`;
    expect((await api("PUT", path, { script: "New.", duration: null, assets: null, metadata: null })).status).toBe(200);
    const wait = { prefer: "wait=60" };
    const again = await api("POST", `${path}/regenerate`, { feedback: null, constraints: { duration: null } }, wait);
    expect(again.status).toBe(200);
    const all = { action: "regenerate_all_scenes", payload: { feedback: null } };
    expect(readJob(await api("POST", `/jobs/${job.id}/actions`, all, wait)).status).toBe("storyboard_ready");
    expect((await api("POST", `/jobs/${job.id}/actions`, { action: "cancel", payload: null })).status).toBe(200);
  });
});

test("names and tags: spellings that look the same are the same, and blanks around them are none", async () => {
  const { api } = both.server;
  const [composed, decomposed] = ["caf\u00e9", "cafe\u0301"];
  expect(readClient(await api("POST", "/clients", { name: ` ${decomposed} ` })).name).toBe(composed);
  const tags = [composed, decomposed, ` ${composed}`];
  const body = { name: ` ${decomposed}`, type: "image", url: `${both.origin.url}/photo.png`, tags };
  const asset = readAsset(await api("POST", "/assets/from-url", body));
  expect(asset).toMatchObject({ name: composed, tags: [composed] });
  for (const tag of tags) {
    const found = await api("GET", `/assets?tag=${encodeURIComponent(tag)}`);
    expect(found.text).toContain(asset.id);
  }
  for (const name of [" ", "\u00a0", "\ufeff"]) {
    expect((await api("POST", "/clients", { name })).status).toBe(422);
    expect((await api("PATCH", `/assets/${asset.id}`, { tags: [name] })).status).toBe(422);
  }
});
