import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { JobCreated, type Production } from "../../../src/jobs/events.ts";
import { productionOf } from "../../../src/jobs/requests/production.ts";
import { checked } from "../../support/answer.ts";
import { newClient } from "../../support/clients.ts";
import { importAsset, startServerAndOrigin } from "../../support/imports.ts";
import { errorPaths, jobBody, readJob } from "../../support/jobs.ts";
import { created } from "../rendering/specs.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let clientId: string;
let image: string;

beforeAll(async () => {
  both = await startServerAndOrigin();
  clientId = await newClient(both.server.api);
  image = (await importAsset(both.server.api, both.origin, { clientId })).id;
});
afterAll(async () => await both[Symbol.asyncDispose]());

const SPECS = { duration: 6 };

/** Creates a job and returns the sound and picture in its first event. */
async function productionFor(creative: object, given: object = {}): Promise<Production | undefined> {
  const { api } = both.server;
  const body = { generateAudio: true, ...given };
  const { id } = readJob(await api("POST", "/jobs", jobBody({ clientId, creative, body })));
  const { data } = await api("GET", `/jobs/${id}/history?limit=1`);
  const [first] = checked(Type.Array(Type.Object({ data: Type.Unknown() })), data);
  return checked(JobCreated.schema, first?.data).production;
}

async function refused(creative: object, given: object = {}) {
  const body = { generateAudio: true, ...given };
  const answer = await both.server.api("POST", "/jobs", jobBody({ clientId, creative, body }));
  expect({ status: answer.status, code: answer.meta.code }).toEqual({ status: 422, code: "validation_failed" });
  return answer;
}

describe("production of a new job", () => {
  test("defaults: a voice, music, captions by the line, a final look and one output", async () => {
    expect(await productionFor({})).toEqual({
      language: "en",
      voice: { voice: null, speed: 1 },
      captions: "line",
      music: { style: null, level: 0 },
      look: "final",
      outputs: [{ id: "o1", name: "16:9", format: "16:9", resolution: "480p", platform: "generic" }],
    });
  });

  test("generateAudio false: neither a voice nor music", async () => {
    expect(await productionFor({}, { generateAudio: false })).toMatchObject({ voice: null, music: null });
  });

  test("null means none: of voice and music, each by itself", async () => {
    expect(await productionFor({ voice: null })).toMatchObject({ voice: null, music: { level: 0 } });
    expect(await productionFor({ music: null })).toMatchObject({ voice: { speed: 1 }, music: null });
  });

  test("given fields are kept, and a language is written in its canonical form", async () => {
    const given = {
      language: "PT-br",
      voice: { voice: "rms", speed: 1.2 },
      captions: { style: "words" },
      music: { style: "piano", level: -6 },
      look: "animatic",
    };
    expect(await productionFor(given)).toMatchObject({
      ...given,
      language: "pt-BR",
      captions: "words",
    });
  });

  test("outputs: the first gives the video its shape, and names are made where none is given", async () => {
    const outputs = [
      { format: "9:16", resolution: "720p", platform: "reels" },
      { format: "9:16", platform: "tiktok", name: "TikTok DE" },
      { format: "4:5", platform: "reels" },
      { format: "9:16", platform: "reels" },
    ];
    const { api } = both.server;
    const creative = { videoSpecs: SPECS, outputs };
    const job = readJob(await api("POST", "/jobs", jobBody({ clientId, creative })));
    expect(job.videoSpecs).toEqual({ duration: 6, format: "9:16", resolution: "720p" });
    const production = await productionFor(creative);
    expect(production?.outputs).toEqual([
      { id: "o1", name: "reels 9:16", format: "9:16", resolution: "720p", platform: "reels" },
      { id: "o2", name: "TikTok DE", format: "9:16", resolution: "720p", platform: "tiktok" },
      { id: "o3", name: "reels 4:5", format: "4:5", resolution: "720p", platform: "reels" },
      { id: "o4", name: "reels 9:16 2", format: "9:16", resolution: "720p", platform: "reels" },
    ]);
  });

  test("outputs that say the same as videoSpecs are taken", async () => {
    const videoSpecs = { ...SPECS, format: "1:1", resolution: "480p" };
    const outputs = [{ format: "1:1", resolution: "480p" }, { format: "16:9" }];
    expect((await productionFor({ videoSpecs, outputs }))?.outputs).toHaveLength(2);
  });
});

describe("production that contradicts itself is refused", () => {
  const wide = { format: "16:9" };
  test.each<[string, object, object, string[]]>([
    ["a language that is none", { language: "not a language" }, {}, ["creative.language"]],
    ["a language of one letter", { language: "e" }, {}, ["creative.language"]],
    ["a voice that speaks too fast", { voice: { speed: 1.4 } }, {}, ["creative.voice.speed"]],
    ["a voice that speaks too slowly", { voice: { speed: 0.7 } }, {}, ["creative.voice.speed"]],
    ["a voice that the server lacks", { voice: { voice: "nobody" } }, {}, ["creative.voice.voice"]],
    ["a voice that is an option", { voice: { voice: "--output=x" } }, {}, ["creative.voice.voice"]],
    ["a voice that is a path", { voice: { voice: "a/../b" } }, {}, ["creative.voice.voice"]],
    ["an unknown field of the voice", { voice: { pitch: 2 } }, {}, ["creative.voice.pitch"]],
    ["a voice without sound", { voice: {} }, { generateAudio: false }, ["creative.voice"]],
    ["music without sound", { music: { level: 1 } }, { generateAudio: false }, ["creative.music"]],
    ["music that is too loud", { music: { level: 13 } }, {}, ["creative.music.level"]],
    ["an unknown caption style", { captions: { style: "karaoke" } }, {}, ["creative.captions.style"]],
    ["captions without a style", { captions: {} }, {}, ["creative.captions.style"]],
    ["an unknown look", { look: "draft" }, {}, ["creative.look"]],
    ["no outputs", { outputs: [] }, {}, ["creative.outputs"]],
    ["seven outputs", { outputs: Array(7).fill(wide) }, {}, ["creative.outputs"]],
    ["an output without a format", { outputs: [{ name: "a" }] }, {}, ["creative.outputs.0.format"]],
    ["an unknown platform", { outputs: [{ ...wide, platform: "myspace" }] }, {}, ["creative.outputs.0.platform"]],
    ["an unknown field of an output", { outputs: [{ ...wide, fps: 60 }] }, {}, ["creative.outputs.0.fps"]],
    [
      "two outputs of one name",
      { outputs: [wide, { ...wide, name: "Reels" }, { ...wide, name: "rEELS " }] },
      {},
      ["creative.outputs.2.name"],
    ],
    [
      "an output with the id of another as its name",
      { outputs: [wide, { ...wide, name: "O1" }] },
      {},
      ["creative.outputs.1.name"],
    ],
    ["a name with a slash", { outputs: [{ ...wide, name: "a/b" }] }, {}, ["creative.outputs.0.name"]],
    ["a name of two dots", { outputs: [{ ...wide, name: ".." }] }, {}, ["creative.outputs.0.name"]],
    [
      "a format that videoSpecs contradicts",
      { videoSpecs: { ...SPECS, format: "9:16" }, outputs: [wide] },
      {},
      ["creative.outputs.0.format"],
    ],
    [
      "a resolution that videoSpecs contradicts",
      { videoSpecs: { ...SPECS, resolution: "720p" }, outputs: [{ ...wide, resolution: "1080p" }] },
      {},
      ["creative.outputs.0.resolution"],
    ],
    [
      "a resolution that advanced contradicts",
      { videoSpecs: SPECS, outputs: [{ ...wide, resolution: "1080p" }] },
      { advanced: { resolution: "720p" } },
      ["creative.outputs.0.resolution"],
    ],
  ])("%s", async (_what, creative, body, paths) => {
    const answer = await refused(creative, body);
    expect(errorPaths(answer)).toEqual(paths);
  });

  test.each<[string, object, string]>([
    ["keepSound of an image", { keepSound: true }, "creative.assets.0.keepSound"],
    ["an image as the voice", { role: "voice_over" }, "creative.assets.0.role"],
  ])("%s", async (_what, fields, path) => {
    expect(errorPaths(await refused({ assets: [{ assetId: image, ...fields }] }))).toEqual([path]);
  });
});

describe("production of a job of an earlier release", () => {
  test("has no voice, no music and one output of its shape", () => {
    expect(productionOf(created.data)).toMatchObject({ voice: null, music: null, outputs: [{ id: "o1" }] });
    expect(productionOf(created.data).outputs).toHaveLength(1);
  });
});

describe("focus of an asset", () => {
  const Focused = Type.Object({ focus: Type.Unknown() });
  const patch = (body: object, id = image) => both.server.api("PATCH", `/assets/${id}`, body);

  test("PATCH sets and removes it, and history says so", async () => {
    const set = await patch({ focus: { x: 0.25, y: 1 } });
    expect([set.status, checked(Focused, set.data).focus]).toEqual([200, { x: 0.25, y: 1 }]);
    const removed = await patch({ focus: null });
    expect([removed.status, checked(Focused, removed.data).focus]).toEqual([200, null]);
    const history = await both.server.api("GET", `/assets/${image}/history`);
    for (const sentence of ["the focus was set", "the focus was removed"]) expect(history.text).toContain(sentence);
  });

  test.each<[string, object, string[]]>([
    ["outside of the picture", { focus: { x: 1.1, y: 0 } }, ["focus.x"]],
    ["half of it", { focus: { x: 0.5 } }, ["focus.y"]],
    ["a third side", { focus: { x: 0, y: 0, z: 0 } }, ["focus.z"]],
  ])("is refused %s", async (_what, body, paths) => {
    const answer = await patch(body);
    expect([answer.status, errorPaths(answer)]).toEqual([422, paths]);
  });

  test("is refused for sound", async () => {
    const url = `${both.origin.url}/tone.wav`;
    const { id } = await importAsset(both.server.api, both.origin, { clientId, url, type: "audio" });
    expect(errorPaths(await patch({ focus: { x: 0.5, y: 0.5 } }, id))).toEqual(["focus"]);
  });
});
