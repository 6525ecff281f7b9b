import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failedAssetId } from "../../support/answer.ts";
import { newCampaign, newClient } from "../../support/clients.ts";
import { importAsset, startServerAndOrigin } from "../../support/imports.ts";
import { errorPaths, jobBody, readJob } from "../../support/jobs.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let clientId: string;
let image: string;

beforeAll(async () => {
  both = await startServerAndOrigin();
  clientId = await newClient(both.server.api);
  image = (await importAsset(both.server.api, both.origin, { clientId })).id;
});
afterAll(async () => await both[Symbol.asyncDispose]());

/** Sends a body to both endpoints that take it; neither may write anything. */
async function refused(body: unknown) {
  const { server } = both;
  const before = server.eventTypes().length;
  const dry = await server.api("POST", "/jobs/dry-run", body);
  const real = await server.api("POST", "/jobs", body);
  expect([real.status, real.meta.code, real.meta.details]).toEqual([dry.status, dry.meta.code, dry.meta.details]);
  expect(real.data).toBeNull();
  expect(server.eventTypes()).toHaveLength(before);
  return real;
}

const body = (changes: Partial<Parameters<typeof jobBody>[0]> = {}) => jobBody({ clientId, ...changes });
const scenes = (...durations: number[]) =>
  durations.map((duration) => ({ duration, description: "d", script: "s", shotType: "wide", transition: "cut" }));

describe("a request for a job is refused with the path of every wrong field", () => {
  test.each<[string, () => unknown, string[]]>([
    ["nothing", () => ({}), ["adBasics", "context", "creative"]],
    ["a list", () => [], [""]],
    ["an empty product", () => body({ adBasics: { product: "" } }), ["adBasics.product"]],
    ["a blank message", () => body({ adBasics: { keyMessage: " \n\t\u00a0" } }), ["adBasics.keyMessage"]],
    [
      "an enormous audience",
      () => body({ adBasics: { targetAudience: "x".repeat(5_001) } }),
      ["adBasics.targetAudience"],
    ],
    ["a number as call to action", () => body({ adBasics: { callToAction: 5 } }), ["adBasics.callToAction"]],
    ["an unknown field", () => body({ body: { webhook: "https://x.example" } }), ["webhook"]],
    ["an unknown field of the brief", () => body({ adBasics: { price: 5 } }), ["adBasics.price"]],
    ["a status and an id of its own", () => body({ body: { status: "completed", id: "mine" } }), ["id", "status"]],
    ["no direction", () => body({ creative: { direction: undefined } }), ["creative.direction"]],
    ["an unknown format", () => body({ creative: { videoSpecs: { format: "4:3" } } }), ["creative.videoSpecs.format"]],
    [
      "an unknown resolution",
      () => body({ creative: { videoSpecs: { resolution: "8k" } } }),
      ["creative.videoSpecs.resolution"],
    ],
    ["2.9 s", () => body({ creative: { videoSpecs: { duration: 2.9 } } }), ["creative.videoSpecs.duration"]],
    ["180.1 s", () => body({ creative: { videoSpecs: { duration: 180.1 } } }), ["creative.videoSpecs.duration"]],
    ["-5 s", () => body({ creative: { videoSpecs: { duration: -5 } } }), ["creative.videoSpecs.duration"]],
    ["1e300 s", () => body({ creative: { videoSpecs: { duration: 1e300 } } }), ["creative.videoSpecs.duration"]],
    ["15.05 s", () => body({ creative: { videoSpecs: { duration: 15.05 } } }), ["creative.videoSpecs.duration"]],
    ["'15' s", () => body({ creative: { videoSpecs: { duration: "15" } } }), ["creative.videoSpecs.duration"]],
    [
      "an advanced duration of 10.01 s",
      () => body({ creative: { videoSpecs: {} }, body: { advanced: { duration: 10.01 } } }),
      ["advanced.duration"],
    ],
    [
      "preferences without end",
      () => body({ body: { advanced: { modelPreferences: { a: "x".repeat(66_000) } } } }),
      ["advanced.modelPreferences"],
    ],
    [
      "a visual element that is none",
      () => body({ creative: { direction: { style: "s", visualElements: [1] } } }),
      ["creative.direction.visualElements.0"],
    ],
    ["'yes' as audio", () => body({ body: { generateAudio: "yes" } }), ["generateAudio"]],
    ["an unknown client", () => body({ clientId: "nobody" }), ["context.clientId"]],
    ["an unknown campaign", () => body({ campaignId: "nothing" }), ["context.campaignId"]],
    ["1,000 assets", () => body({ assets: Array(1_000).fill({ assetId: image }) }), ["creative.assets"]],
    ["neither url nor assetId", () => body({ assets: [{ role: "background" }] }), ["creative.assets.0"]],
    [
      "both url and assetId",
      () => body({ assets: [{ assetId: image }, { assetId: image, url: `${both.origin.url}/photo.png` }] }),
      ["creative.assets.1"],
    ],
    [
      "two wrong assets",
      () => body({ assets: [{ assetId: "a" }, { assetId: image }, { assetId: "b" }] }),
      ["creative.assets.0.assetId", "creative.assets.2.assetId"],
    ],
    [
      "another type than the asset has",
      () => body({ assets: [{ assetId: image, type: "video" }] }),
      ["creative.assets.0.type"],
    ],
    ["an unknown type", () => body({ assets: [{ assetId: image, type: "font" }] }), ["creative.assets.0.type"]],
    [
      "one URL as two types",
      () => body({ assets: ["image", "video"].map((type) => ({ type, url: `${both.origin.url}/photo.png` })) }),
      ["creative.assets.1.type"],
    ],
    [
      "an unknown field of an asset",
      () => body({ assets: [{ assetId: image, weight: 1 }] }),
      ["creative.assets.0.weight"],
    ],
  ])("%s", async (_what, make, paths) => {
    const answer = await refused(make());
    expect({ status: answer.status, code: answer.meta.code }).toEqual({ status: 422, code: "validation_failed" });
    expect(errorPaths(answer).toSorted()).toEqual(paths);
    expect(answer.error).toStartWith("Cannot accept the request: ");
  });

  test("a campaign of another client", async () => {
    const campaignId = await newCampaign(both.server.api, await newClient(both.server.api, "Other"));
    expect(errorPaths(await refused(body({ campaignId })))).toEqual(["context.campaignId"]);
  });

  test("an asset that was deleted, or whose import failed", async () => {
    const { api } = both.server;
    const { id } = await importAsset(api, both.origin, { url: `${both.origin.url}/photo.webp` });
    await api("DELETE", `/assets/${id}`);
    const failed = await api("POST", "/assets/from-url", {
      name: "x",
      type: "image",
      url: `${both.origin.url}/status/404`,
    });
    const assetId = failedAssetId(failed);
    const answer = await refused(body({ assets: [{ assetId: id }, { assetId }] }));
    expect(answer.meta.details).toEqual([
      { path: "creative.assets.0.assetId", message: "No asset has this id" },
      { path: "creative.assets.1.assetId", message: "The import of this asset failed" },
    ]);
  });

  test.each([
    "http://10.0.0.1/a.png",
    "http://127.0.0.1:1/a.png",
    "file:///etc/passwd",
    "http://localhost/a.png",
    "http://user:pw@example.com/a.png",
  ])("a source that the server may not fetch from: %p", async (url) => {
    const answer = await refused(body({ assets: [{ assetId: image }, { url }] }));
    expect(answer).toMatchObject({
      status: 422,
      meta: { code: "source_not_allowed", details: { path: "creative.assets.1.url" } },
    });
  });

  test("says in words what a blank field wants", async () => {
    const { error } = await refused(body({ adBasics: { keyMessage: " " } }));
    expect(error).toBe("Cannot accept the request: adBasics.keyMessage: must not be blank");
  });
});

describe("a given storyboard is refused with the path of every wrong field", () => {
  const given = (list: unknown, more: object = {}) => body({ creative: { storyboard: { scenes: list }, ...more } });
  test.each<[string, () => unknown, string[]]>([
    ["no scenes", () => given([]), ["scenes"]],
    ["two scenes", () => given(scenes(3, 3)), ["scenes"]],
    ["eight scenes", () => given(scenes(...Array(8).fill(1)), { videoSpecs: { duration: 8 } }), ["scenes"]],
    ["101 scenes", () => given(scenes(...Array(101).fill(1))), ["scenes"]],
    ["another sum", () => given(scenes(2, 2, 2.1)), ["scenes"]],
    ["finer than a tenth", () => given(scenes(2, 2.05, 1.95)), ["scenes.1.duration", "scenes.2.duration"]],
    ["less than half a second", () => given(scenes(0.4, 3, 2.6)), ["scenes.0.duration"]],
    ["a word as duration", () => given([{ ...scenes(2)[0], duration: "2" }]), ["scenes.0.duration"]],
    [
      "a foreign asset",
      () => given(scenes(2, 2, 2).map((one) => ({ ...one, assets: ["zz"] }))),
      ["scenes.0.assets", "scenes.1.assets", "scenes.2.assets"],
    ],
    ["an unknown field", () => given([{ ...scenes(6)[0], camera: "x" }]), ["scenes.0.camera"]],
    [
      "metadata without end",
      () => given([...scenes(2, 2), { ...scenes(2)[0], metadata: { a: "x".repeat(66_000) } }]),
      ["scenes.2.metadata"],
    ],
    ["2.9 s in all", () => given(scenes(1, 1, 0.9), { videoSpecs: {} }), ["scenes"]],
    ["no duration, and finer than a tenth", () => given(scenes(2, 2, 2.05), { videoSpecs: {} }), ["scenes.2.duration"]],
  ])("%s", async (_what, make, paths) => {
    const answer = await refused(make());
    expect({ status: answer.status, code: answer.meta.code }).toEqual({ status: 422, code: "validation_failed" });
    expect(errorPaths(answer).map((path) => path.replace("creative.storyboard.", ""))).toEqual(paths);
  });
});

describe("what is unusual and lawful is accepted", () => {
  test.each<[string, () => { readonly adBasics: object }]>([
    [
      "a brief in other scripts, with emoji and markup",
      () => body({ adBasics: { product: "مصباح 🏮 <b>光</b>", callToAction: "'; DROP TABLE jobs; --" } }),
    ],
    ["the longest brief", () => body({ adBasics: { keyMessage: "word ".repeat(1_000), product: "x".repeat(5_000) } })],
    ["3 s", () => body({ creative: { videoSpecs: { duration: 3 } } })],
    ["180 s", () => body({ creative: { videoSpecs: { duration: 180 } } })],
    [
      "null where a field may be null",
      () => body({ creative: { direction: { style: "s", tone: null, visualElements: null, musicStyle: null } } }),
    ],
    ["a user id that names nobody", () => ({ ...body(), context: { clientId, userId: "admin", campaignId: null } })],
    [
      "the same asset three times",
      () => body({ assets: [{ assetId: image }, { assetId: image }, { assetId: image }] }),
    ],
  ])("%s", async (_what, make) => {
    const asked = make();
    const answer = await both.server.api("POST", "/jobs", asked, { prefer: "wait=60" });
    const job = readJob(answer);
    expect({ status: answer.status, job: job.status }).toEqual({ status: 200, job: "storyboard_ready" });
    expect(job.userId).toBe("local");
    expect<object>(job.adBasics).toEqual(asked.adBasics);
  });
});
