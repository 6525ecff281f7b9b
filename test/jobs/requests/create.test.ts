import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Static, Type } from "@sinclair/typebox";
import { Estimate } from "../../../src/jobs/schema.ts";
import { checked, readAssets } from "../../support/answer.ts";
import { newCampaign, newClient } from "../../support/clients.ts";
import { importAsset, startServerAndOrigin } from "../../support/imports.ts";
import { act, jobBody, jobNow, readJob, readyJob, sumTenths, waitForStatus } from "../../support/jobs.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let clientId: string;

beforeAll(async () => {
  both = await startServerAndOrigin();
  clientId = await newClient(both.server.api);
});
afterAll(async () => await both[Symbol.asyncDispose]());

const estimateOf = (data: unknown): Static<typeof Estimate> => checked(Estimate, data);
const urls = (...files: string[]) => files.map((file) => ({ url: `${both.origin.url}/${file}` }));

describe("POST /jobs", () => {
  test("answers 202 at once with where the job is, and its version", async () => {
    const { api } = both.server;
    const answer = await api("POST", "/jobs", jobBody({ clientId, assets: urls("held/at_once/photo.png") }));
    const job = readJob(answer);
    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toBe(`/api/v3/jobs/${job.id}`);
    expect(answer.headers.get("etag")).toBe(`"${job.version}"`);
    expect(answer.headers.get("preference-applied")).toBeNull();
    expect(job).toMatchObject({
      status: "pending",
      allowedActions: ["cancel"],
      progress: { currentStep: "importing_assets", percentage: 0, estimatedCompletion: null },
      scenes: [],
      videoUrl: null,
      thumbnailUrl: null,
      error: null,
      actualCost: null,
      currency: "USD",
      clientId,
      campaignId: null,
    });
    both.origin.release("at_once");
    await waitForStatus(api, job, "storyboard_ready");
  });

  test("waits when asked to, and answers the storyboard of a brief and three assets", async () => {
    const { api } = both.server;
    const campaignId = await newCampaign(api, clientId);
    const assets = [
      { url: `${both.origin.url}/photo.png?a=1`, role: "product_shot", name: "Lantern" },
      { url: `${both.origin.url}/photo.jpg?a=1`, type: "image" },
      { url: `${both.origin.url}/h264_aac.mp4`, type: "video", role: "lifestyle" },
    ];
    const answer = await api("POST", "/jobs", jobBody({ clientId, campaignId, assets }), { prefer: "wait=60" });
    const job = readJob(answer);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("preference-applied")).toBe("wait=60");
    expect(job).toMatchObject({ status: "storyboard_ready", campaignId, progress: { percentage: 50 } });
    expect(job.scenes.map(({ sceneNumber }) => sceneNumber)).toEqual([1, 2, 3]);
    expect(sumTenths(job.scenes)).toBe(60);
    expect(new Set(job.scenes.flatMap((scene) => scene.assets))).toEqual(new Set(job.assetIds));
    expect(job.scenes.at(-1)?.script).toContain("Order yours at aurora.example");
    const stored = readAssets(await api("GET", `/assets?campaign_id=${campaignId}`));
    expect(stored.map(({ id }) => id).toSorted()).toEqual(job.assetIds.toSorted());
    expect(stored.map(({ name }) => name).toSorted()).toEqual(["Lantern", "h264_aac.mp4", "photo.jpg"]);
    expect(stored.every((asset) => asset.clientId === clientId && asset.status === "ready")).toBe(true);
    expect(await jobNow(api, job)).toEqual(job);
  });

  test("answers 202 with the job as it is when the wait runs out", async () => {
    const { api } = both.server;
    const asked = jobBody({ clientId, assets: [...urls("photo.jpg?b"), ...urls("held/wait/photo.png")] });
    const answer = await api("POST", "/jobs", asked, { prefer: "wait=1" });
    expect(answer.status).toBe(202);
    expect(readJob(answer).status).toBe("pending");
    const percentage = (await jobNow(api, readJob(answer))).progress.percentage;
    expect(percentage).toBe(15);
    both.origin.release("wait");
    await waitForStatus(api, readJob(answer), "storyboard_ready");
  });

  test("imports the same URL once, with the first role that is given", async () => {
    const { origin, server } = both;
    const url = `${origin.url}/photo.webp?once`;
    const before = origin.requests.length;
    const job = await readyJob(server.api, { clientId, assets: [{ url }, { url, role: "brand_logo", type: "image" }] });
    expect(job.assetIds).toHaveLength(1);
    expect(origin.requests.slice(before)).toEqual(["/photo.webp?once"]);
    expect(job.scenes.at(-1)?.assets).toEqual(job.assetIds);
  });

  test("uses assets by id beside those by URL, also one that is still being imported", async () => {
    const { api } = both.server;
    const ready = await importAsset(api, both.origin, { url: `${both.origin.url}/photo.png?id` });
    const url = `${both.origin.url}/held/by_id/photo.webp`;
    const busy = await api("POST", "/assets/from-url", { name: "x", type: "image", url }, { prefer: "respond-async" });
    const { id } = checked(Type.Object({ id: Type.String() }), busy.data);
    const assets = [{ assetId: ready.id }, { assetId: id, type: "image" }, ...urls("photo.jpg?id")];
    const job = readJob(await api("POST", "/jobs", jobBody({ clientId, assets })));
    expect(job.assetIds.slice(0, 2)).toEqual([ready.id, id]);
    expect((await jobNow(api, job)).status).toBe("pending");
    both.origin.release("by_id");
    const done = await waitForStatus(api, job, "storyboard_ready");
    expect(new Set(done.scenes.flatMap((scene) => scene.assets))).toEqual(new Set(job.assetIds));
    expect(done.actualCost).toBe(0.001);
  });

  test("needs no assets", async () => {
    const job = await readyJob(both.server.api, { clientId });
    expect(job).toMatchObject({ assetIds: [], status: "storyboard_ready" });
    expect(job.scenes.every(({ assets }) => assets.length === 0)).toBe(true);
  });

  test.each<[string, object, object, number]>([
    ["videoSpecs", { duration: 9 }, { duration: 12 }, 9],
    ["advanced", {}, { duration: 12, resolution: "1080p" }, 12],
    ["neither", {}, {}, 30],
  ])("takes the duration from %s", async (_from, videoSpecs, advanced, duration) => {
    const job = await readyJob(both.server.api, { clientId, creative: { videoSpecs }, body: { advanced } });
    expect(job.videoSpecs).toMatchObject({ duration, format: "16:9" });
    expect(job.videoSpecs.resolution).toBe("resolution" in advanced ? "1080p" : "720p");
    expect(sumTenths(job.scenes)).toBe(duration * 10);
  });

  test("uses a given storyboard word for word, at first, and plans when it is rejected", async () => {
    const { api } = both.server;
    const scenes = [1.5, 2.5, 4.3].map((duration, at) => ({
      duration,
      description: `My view ${at}`,
      script: at === 1 ? "" : `My line ${at}`,
      shotType: "drone over the lake",
      transition: "dissolve",
      metadata: { at },
    }));
    const [asset] = urls("photo.jpg?given");
    const storyboard = { scenes: scenes.map((one, at) => (at === 1 ? { ...one, assets: [asset?.url] } : one)) };
    const creative = { videoSpecs: {}, storyboard };
    const job = await readyJob(api, { clientId, assets: [asset ?? {}], creative });
    expect(job.scenes).toMatchObject(scenes);
    expect(job.scenes[1]?.assets).toEqual(job.assetIds);
    expect(job.videoSpecs.duration).toBe(8.3);
    const headers = { prefer: "wait=60" };
    const rejected = await act(api, job, { action: "reject_storyboard", payload: { feedback: "Warmer" }, headers });
    const regenerated = readJob(rejected);
    expect(regenerated.scenes.map(({ script }) => script)).not.toContain("My line 0");
    expect(sumTenths(regenerated.scenes)).toBe(83);
  });

  test("tells the planner what the client's brand forbids", async () => {
    const { api } = both.server;
    const brandGuidelines = { restrictions: ["solar"], tone: "plain" };
    const client = await api("POST", "/clients", { name: "Strict", brandGuidelines });
    const { id } = checked(Type.Object({ id: Type.String() }), client.data);
    const job = await readyJob(api, { clientId: id });
    const words = job.scenes.map(({ script, description }) => `${script} ${description}`).join(" ");
    expect(words.toLowerCase()).not.toContain("solar");
  });
});

describe("POST /jobs/dry-run", () => {
  test("prices what the job will be priced at, and writes nothing", async () => {
    const { origin, server } = both;
    const ready = await importAsset(server.api, origin, { url: `${origin.url}/photo.png?dry` });
    const body = jobBody({ clientId, assets: [{ assetId: ready.id }, ...urls("photo.jpg?dry", "photo.png?dry2")] });
    const events = server.eventTypes().length;
    const requests = origin.requests.length;
    const answer = await server.api("POST", "/jobs/dry-run", body);
    const estimate = estimateOf(answer.data);
    expect(answer.status).toBe(200);
    expect(server.eventTypes()).toHaveLength(events);
    expect(origin.requests).toHaveLength(requests);
    expect(estimate).toMatchObject({
      currency: "USD",
      breakdown: {
        assets: { imported: 2, cost: 0.002 },
        planning: { provider: "template", cost: 0 },
        rendering: { seconds: 6, resolution: "480p", cost: 0.003 },
      },
    });
    expect(estimate.estimatedCost).toBe(0.005);
    expect(Date.parse(estimate.validUntil)).toBeGreaterThan(Date.now());
    const job = await readyJob(server.api, { clientId, ...{ assets: body.creative.assets ?? [] } });
    expect(job.estimatedCost).toBe(estimate.estimatedCost);
    expect(job.actualCost).toBe(0.002);
  });

  test("prices by duration and resolution, and a given storyboard's planning at nothing", async () => {
    const priceOf = async (creative: object) =>
      estimateOf((await both.server.api("POST", "/jobs/dry-run", jobBody({ clientId, creative }))).data);
    const long = await priceOf({ videoSpecs: { duration: 180, resolution: "1080p" } });
    expect(long.breakdown.rendering.cost).toBe(0.36);
    const scene = { duration: 2, description: "d", script: "s", shotType: "wide", transition: "cut" };
    const given = await priceOf({ storyboard: { scenes: [scene, scene, scene] } });
    expect(given.breakdown.planning).toMatchObject({ provider: "given", cost: 0 });
  });
});

test("a job that there is not is not found, whatever its id", async () => {
  const { api } = both.server;
  for (const id of ["nope", "..%2f..%2fetc", "%00", "0199f0a0-0000-7000-8000-000000000001", "x".repeat(3_000)]) {
    for (const [method, path, body] of [
      ["GET", ""],
      ["GET", "/scenes"],
      ["GET", "/scenes/1"],
      ["PUT", "/scenes/1", { script: "x" }],
      ["DELETE", "/scenes/1"],
      ["POST", "/scenes/1/regenerate", {}],
      ["POST", "/actions", { action: "cancel" }],
      ["GET", "/video"],
      ["GET", "/thumbnail"],
      ["GET", "/storyboard.png"],
    ] as const) {
      const { status, meta } = await api(method, `/jobs/${id}${path}`, body);
      expect({ id, path, status, code: meta.code }).toEqual({ id, path, status: 404, code: "not_found" });
    }
  }
});
