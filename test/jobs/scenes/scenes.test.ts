import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newClient } from "../../support/clients.ts";
import { importAsset, startServerAndOrigin } from "../../support/imports.ts";
import {
  act,
  errorPaths,
  type JobAnswer,
  jobNow,
  readScene,
  readScenes,
  readyJob,
  sumTenths,
} from "../../support/jobs.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let clientId: string;
let assets: string[];

beforeAll(async () => {
  both = await startServerAndOrigin();
  const { origin, server } = both;
  clientId = await newClient(server.api);
  const files = ["photo.png", "photo.jpg"];
  assets = await Promise.all(
    files.map(async (file) => (await importAsset(server.api, origin, { url: `${origin.url}/${file}` })).id),
  );
});
afterAll(async () => await both[Symbol.asyncDispose]());

const fresh = () => readyJob(both.server.api, { clientId, assets: assets.map((assetId) => ({ assetId })) });
const put = (job: JobAnswer, scene: string | number, body: unknown, headers?: Record<string, string>) =>
  both.server.api("PUT", `/jobs/${job.id}/scenes/${scene}`, body, headers);
const listOf = async (job: JobAnswer) => readScenes(await both.server.api("GET", `/jobs/${job.id}/scenes`));
const scenesByNumber = (scenes: readonly { sceneNumber: number }[]) => scenes.map(({ sceneNumber }) => sceneNumber);
const idsOf = (scenes: readonly { id: string }[]) => scenes.map(({ id }) => id);
const eventsAfter = async (work: () => Promise<unknown>) => {
  const before = both.server.eventTypes().length;
  await work();
  return both.server.eventTypes().slice(before);
};

describe("scenes", () => {
  test("are listed in order, and read by id or by number with an ETag of their own", async () => {
    const job = await fresh();
    expect(await listOf(job)).toEqual(job.scenes);
    const [first, second] = job.scenes;
    for (const reference of [second?.id, 2]) {
      const answer = await both.server.api("GET", `/jobs/${job.id}/scenes/${reference}`);
      expect(readScene(answer)).toMatchObject({ id: second?.id ?? "", jobId: job.id, sceneNumber: 2 });
      expect(answer.headers.get("etag")).toMatch(/^"\d+"$/);
    }
    for (const reference of ["0", "4", "-1", "01", "1.0", "x", "__proto__", "%00"]) {
      expect((await both.server.api("GET", `/jobs/${job.id}/scenes/${reference}`)).status).toBe(404);
    }
    const other = await fresh();
    expect((await both.server.api("GET", `/jobs/${other.id}/scenes/${first?.id}`)).status).toBe(404);
  });
});

describe("PUT of a scene", () => {
  test("changes what is given and nothing else", async () => {
    const job = await fresh();
    const body = { script: "Mine.", shotType: "crane", metadata: { a: [1, { b: null }] }, assets: [assets[1]] };
    const answer = await put(job, 1, body);
    const [before] = job.scenes;
    const scene = readScene(answer);
    expect(answer.status).toBe(200);
    expect<object>({ ...scene, updatedAt: null }).toEqual({ ...before, ...body, updatedAt: null });
    const now = await jobNow(both.server.api, job);
    expect(now.scenes[0]).toEqual(scene);
    expect(now.scenes.slice(1)).toEqual(job.scenes.slice(1));
    expect(now.version).toBe(job.version + 1);
    expect(answer.headers.get("etag")).toBe(`"${now.version}"`);
  });

  test("warns before approval of a script that is too long for its scene, until it fits", async () => {
    const job = await readyJob(both.server.api, { clientId, body: { generateAudio: true } });
    expect(job.warnings).toEqual([]);
    await put(job, 2, { script: "A line that goes on for much longer than anybody can speak. ".repeat(6).trim() });
    const { warnings } = await jobNow(both.server.api, job);
    expect(warnings.map(({ sceneNumber }) => sceneNumber)).toEqual([2]);
    expect(warnings[0]?.message).toMatch(/about \d+\.\d s too long for its scene .* Shorten it to about \d+ words/u);
    await put(job, 2, { script: "A short line." });
    expect((await jobNow(both.server.api, job)).warnings).toEqual([]);
  });

  test("takes a new duration from the others, which get new versions, and the sum stays exact", async () => {
    const job = await fresh();
    const answer = await put(job, 2, { duration: 3.3 });
    expect(readScene(answer).duration).toBe(3.3);
    const scenes = await listOf(job);
    expect(sumTenths(scenes)).toBe(60);
    expect(idsOf(scenes)).toEqual(idsOf(job.scenes));
    const stale = await put(job, 1, { script: "x" }, { "if-match": `"${job.version}"` });
    expect(stale.status).toBe(412);
  });

  test("writes nothing when nothing changes, and the ETag stays", async () => {
    const job = await fresh();
    const [scene] = job.scenes;
    const { duration, description, script, shotType, transition, metadata } = scene ?? {};
    const etag = (await both.server.api("GET", `/jobs/${job.id}/scenes/1`)).headers.get("etag");
    const same = { duration, description, script, shotType, transition, metadata, assets: scene?.assets };
    expect(
      await eventsAfter(async () => {
        for (const body of [{}, { script }, { duration: null }, same])
          expect((await put(job, 1, body)).headers.get("etag")).toBe(etag);
      }),
    ).toEqual([]);
  });

  test.each<[string, unknown, string[]]>([
    ["an unknown field", { caption: "x" }, ["caption"]],
    ["its own id and number", { id: "x", sceneNumber: 1 }, ["id", "sceneNumber"]],
    ["a text as duration", { duration: "2" }, ["duration"]],
    ["0.4 s", { duration: 0.4 }, ["duration"]],
    ["a negative duration", { duration: -1 }, ["duration"]],
    ["2.05 s", { duration: 2.05 }, ["duration"]],
    ["more than the others can give", { duration: 5.1 }, ["duration"]],
    ["181 s", { duration: 181 }, ["duration"]],
    ["no description", { description: "" }, ["description"]],
    ["a script without end", { script: "x".repeat(5_001) }, ["script"]],
    ["a shot type of 61 characters", { shotType: "x".repeat(61) }, ["shotType"]],
    ["a foreign asset", { assets: ["zz"] }, ["assets"]],
    ["an asset twice", { assets: ["a", "a"] }, ["assets"]],
    ["metadata that is a list", { metadata: [1] }, ["metadata"]],
    ["metadata without end", { metadata: { a: "x".repeat(66_000) } }, ["metadata"]],
    ["a list", [1], [""]],
  ])("refuses %s and names the field", async (_what, body, paths) => {
    const job = await fresh();
    const events = await eventsAfter(async () => {
      const answer = await put(job, 1, body);
      expect({ status: answer.status, code: answer.meta.code }).toEqual({ status: 422, code: "validation_failed" });
      expect(errorPaths(answer)).toEqual(paths);
    });
    expect(events).toEqual([]);
    expect(await jobNow(both.server.api, job)).toEqual(job);
  });

  test("honours If-Match of the scene: an edit of another scene's words does not refuse it", async () => {
    const job = await fresh();
    const etag = (await both.server.api("GET", `/jobs/${job.id}/scenes/1`)).headers.get("etag") ?? "";
    await put(job, 2, { script: "Other" });
    expect((await put(job, 1, { script: "A" }, { "if-match": etag })).status).toBe(200);
    const refused = await put(job, 1, { script: "B" }, { "if-match": etag });
    expect({ status: refused.status, code: refused.meta.code }).toEqual({ status: 412, code: "precondition_failed" });
    expect((await put(job, 1, { script: "C" }, { "if-match": "*" })).status).toBe(200);
    expect((await put(job, 1, { script: "D" }, { "if-match": `W/"1", "nope"` })).status).toBe(412);
  });

  test("of two scenes at once keeps both", async () => {
    const job = await fresh();
    const answers = await Promise.all([1, 2, 3].map((number) => put(job, number, { script: `S${number}` })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await listOf(job)).map(({ script }) => script)).toEqual(["S1", "S2", "S3"]);
  });

  test("of one scene at once with the same If-Match lets one through", async () => {
    const job = await fresh();
    const etag = (await both.server.api("GET", `/jobs/${job.id}/scenes/1`)).headers.get("etag") ?? "";
    const all = await Promise.all(["A", "B", "C", "D"].map((script) => put(job, 1, { script }, { "if-match": etag })));
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412]);
  });

  test("is refused with the allowed actions once the storyboard is approved", async () => {
    const { api } = both.server;
    const job = await fresh();
    await act(api, job, { action: "cancel" });
    for (const [method, path, body] of [
      ["PUT", "", { script: "x" }],
      ["DELETE", ""],
      ["POST", "/regenerate", {}],
    ] as const) {
      const { status, meta } = await api(method, `/jobs/${job.id}/scenes/1${path}`, body);
      expect({ status, ...meta }).toMatchObject({
        status: 409,
        code: "wrong_state",
        details: { status: "cancelled", allowedActions: [] },
      });
    }
    expect(await listOf(job)).toEqual(job.scenes);
  });
});

describe("DELETE of a scene", () => {
  test("gives its time to the rest, which keep ids and order and get numbers without gaps", async () => {
    const { api } = both.server;
    const job = await fresh();
    const [first, second, third] = job.scenes;
    const answer = await api("DELETE", `/jobs/${job.id}/scenes/2`);
    expect(answer).toMatchObject({ status: 200, data: { id: second?.id, message: "The scene was deleted" } });
    const left = await listOf(job);
    expect(idsOf(left)).toEqual([first?.id ?? "", third?.id ?? ""]);
    expect(scenesByNumber(left)).toEqual([1, 2]);
    expect(sumTenths(left)).toBe(60);
    expect((await api("GET", `/jobs/${job.id}/scenes/${second?.id}`)).status).toBe(404);
    expect((await api("DELETE", `/jobs/${job.id}/scenes/${second?.id}`)).status).toBe(404);
  });

  test("of the last one left is a conflict", async () => {
    const { api } = both.server;
    const job = await fresh();
    await api("DELETE", `/jobs/${job.id}/scenes/1`);
    await api("DELETE", `/jobs/${job.id}/scenes/1`);
    const last = await api("DELETE", `/jobs/${job.id}/scenes/1`);
    expect(last).toMatchObject({ status: 409, meta: { code: "conflict" } });
    expect(await listOf(job)).toMatchObject([{ sceneNumber: 1, duration: 6 }]);
  });

  test("of all at once leaves one", async () => {
    const { api } = both.server;
    const job = await fresh();
    const answers = await Promise.all(job.scenes.map(({ id }) => api("DELETE", `/jobs/${job.id}/scenes/${id}`)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 409]);
    expect(await listOf(job)).toHaveLength(1);
  });

  test("is refused for a version that nobody sees any more", async () => {
    const { api } = both.server;
    const job = await fresh();
    const stale = await api("DELETE", `/jobs/${job.id}/scenes/1`, undefined, { "if-match": '"1"' });
    expect(stale.status).toBe(412);
    expect(await listOf(job)).toHaveLength(3);
  });
});
