import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newClient } from "../support/clients.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import {
  act,
  errorPaths,
  type JobAnswer,
  jobNow,
  readJob,
  readyJob,
  sumTenths,
  waitForStatus,
} from "../support/jobs.ts";
import type { Api } from "../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let api: Api;
let clientId: string;

beforeAll(async () => {
  both = await startServerAndOrigin();
  ({ api } = both.server);
  clientId = await newClient(api);
});
afterAll(async () => await both[Symbol.asyncDispose]());

const WAIT = { prefer: "wait=60" };
const fresh = () => readyJob(api, { clientId });
/** Long enough that there is something to say. */
const long = () => readyJob(api, { clientId, creative: { videoSpecs: { duration: 15 } } });
const contentOf = (scene: JobAnswer["scenes"][number] | undefined) =>
  [scene?.script, scene?.description, scene?.shotType].join(" | ");
const contentsOf = ({ scenes }: JobAnswer) => scenes.map(contentOf);
const idsOf = ({ scenes }: { scenes: readonly { id: string }[] }) => scenes.map(({ id }) => id);

describe("an action's body", () => {
  test.each<[string, unknown, string[]]>([
    ["nothing", {}, ["action"]],
    ["an unknown action", { action: "publish" }, ["action"]],
    ["a number", { action: 5 }, ["action"]],
    ["an unknown field", { action: "cancel", reason: "x" }, ["reason"]],
    ["a payload that is a text", { action: "cancel", payload: "now" }, ["payload"]],
    ["a payload where none belongs", { action: "approve", payload: { force: true } }, ["payload.force"]],
    ["a payload on cancel", { action: "cancel", payload: { feedback: "x" } }, ["payload.feedback"]],
    ["a payload on retry", { action: "retry", payload: { a: 1 } }, ["payload.a"]],
    ["a rejection without feedback", { action: "reject_storyboard" }, ["payload.feedback"]],
    [
      "a rejection with blank feedback",
      { action: "reject_storyboard", payload: { feedback: " " } },
      ["payload.feedback"],
    ],
    [
      "feedback without end",
      { action: "reject_storyboard", payload: { feedback: "x".repeat(5_001) } },
      ["payload.feedback"],
    ],
    [
      "feedback that is a list",
      { action: "regenerate_all_scenes", payload: { feedback: ["x"] } },
      ["payload.feedback"],
    ],
    ["a scene that is not named", { action: "regenerate_scene", payload: { feedback: "x" } }, ["payload"]],
    ["a scene named twice", { action: "regenerate_scene", payload: { sceneId: "a", sceneNumber: 1 } }, ["payload"]],
    ["scene 0", { action: "regenerate_scene", payload: { sceneNumber: 0 } }, ["payload.sceneNumber"]],
    ["scene 1.5", { action: "regenerate_scene", payload: { sceneNumber: 1.5 } }, ["payload.sceneNumber"]],
    ["scene '1'", { action: "regenerate_scene", payload: { sceneNumber: "1" } }, ["payload.sceneNumber"]],
    [
      "a duration of 2.05 s",
      { action: "regenerate_scene", payload: { sceneNumber: 1, constraints: { duration: 2.05 } } },
      ["payload.constraints.duration"],
    ],
    [
      "more than the others can give",
      { action: "regenerate_scene", payload: { sceneNumber: 1, constraints: { duration: 5.5 } } },
      ["payload.constraints.duration"],
    ],
    [
      "a foreign asset",
      { action: "regenerate_scene", payload: { sceneNumber: 1, constraints: { mustIncludeAssets: ["zz"] } } },
      ["payload.constraints.mustIncludeAssets"],
    ],
    [
      "an unknown constraint",
      { action: "regenerate_scene", payload: { sceneNumber: 1, constraints: { mood: "x" } } },
      ["payload.constraints.mood"],
    ],
  ])("is refused with the path of the field: %s", async (_what, body, paths) => {
    const job = await fresh();
    const answer = await api("POST", `/jobs/${job.id}/actions`, body);
    expect({ status: answer.status, code: answer.meta.code }).toEqual({ status: 422, code: "validation_failed" });
    expect(errorPaths(answer)).toEqual(paths);
    expect(await jobNow(api, job)).toEqual(job);
  });

  test("names a scene that there is not", async () => {
    const job = await fresh();
    for (const payload of [{ sceneNumber: 9 }, { sceneId: "nope" }]) {
      expect((await act(api, job, { action: "regenerate_scene", payload })).status).toBe(404);
    }
  });
});

describe("reject and regenerate all", () => {
  test.each([
    ["reject_storyboard", { feedback: "Warmer, and shorter sentences" }],
    ["regenerate_all_scenes", { feedback: "Warmer" }],
    ["regenerate_all_scenes", {}],
  ])("%s goes through planning back to another storyboard, and scenes keep their ids", async (action, payload) => {
    const job = await fresh();
    const started = await act(api, job, { action, payload });
    expect(started.status).toBe(202);
    expect(started.headers.get("etag")).toBe(`"${readJob(started).version}"`);
    const after = await waitForStatus(api, job, "storyboard_ready");
    expect(after.version).toBeGreaterThan(job.version);
    expect(contentsOf(after)).not.toEqual(contentsOf(job));
    expect(idsOf(after)).toEqual(idsOf(job));
    expect(sumTenths(after.scenes)).toBe(60);
    expect(after.scenes[0]?.createdAt).toBe(job.scenes[0]?.createdAt ?? "");
  });

  test("gives something else each time, and waits when asked to", async () => {
    const job = await long();
    const seen = new Set([contentsOf(job).join()]);
    for (let round = 0; round < 4; round++) {
      const answer = await act(api, job, { action: "regenerate_all_scenes", headers: WAIT });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("preference-applied")).toBe("wait=60");
      seen.add(contentsOf(readJob(answer)).join());
    }
    expect(seen.size).toBe(5);
  });
});

describe("regenerate of one scene", () => {
  test("waits by default, keeps id, number and time, gives something else each time", async () => {
    const job = await long();
    const seen = new Set([contentOf(job.scenes[1])]);
    for (let round = 0; round < 4; round++) {
      const answer = await act(api, job, { action: "regenerate_scene", payload: { sceneNumber: 2 } });
      const after = readJob(answer);
      expect(answer.status).toBe(200);
      expect(idsOf(after)).toEqual(idsOf(job));
      expect(after.scenes[1]?.duration).toBe(job.scenes[1]?.duration ?? 0);
      expect([after.scenes[0], after.scenes[2]]).toEqual([job.scenes[0], job.scenes[2]]);
      seen.add(contentOf(after.scenes[1]));
    }
    expect(seen.size).toBe(5);
  });

  test("by its own endpoint answers the scene, with feedback and constraints met", async () => {
    const job = await readyJob(api, { clientId, assets: [{ url: `${both.origin.url}/photo.png` }] });
    const [assetId = ""] = job.assetIds;
    const body = { feedback: "Show the lantern at night", constraints: { duration: 3, mustIncludeAssets: [assetId] } };
    const answer = await api("POST", `/jobs/${job.id}/scenes/2/regenerate`, body);
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({ id: job.scenes[1]?.id, sceneNumber: 2, duration: 3, assets: [assetId] });
    const now = await jobNow(api, job);
    expect(sumTenths(now.scenes)).toBe(60);
    expect(answer.headers.get("etag")).toBe(`"${now.version}"`);
  });

  test("answers 202 at once when asked to", async () => {
    const job = await fresh();
    const headers = { prefer: "respond-async" };
    const answer = await api("POST", `/jobs/${job.id}/scenes/1/regenerate`, {}, headers);
    expect(answer.status).toBe(202);
    expect(answer.headers.get("preference-applied")).toBe("respond-async");
    expect((await act(api, job, { action: "regenerate_scene", payload: { sceneNumber: 2 }, headers })).status).toBe(
      202,
    );
  });
});

describe("If-Match", () => {
  test("refuses to approve what the client has not seen", async () => {
    const job = await fresh();
    const stale = { "if-match": `"${job.version}"` };
    await api("PUT", `/jobs/${job.id}/scenes/1`, { script: "Changed behind your back" });
    for (const headers of [stale, { "if-match": `W/"${job.version}"` }, { "if-match": '"x"' }]) {
      const answer = await act(api, job, { action: "approve", headers });
      expect({ status: answer.status, code: answer.meta.code }).toEqual({ status: 412, code: "precondition_failed" });
    }
    expect((await jobNow(api, job)).status).toBe("storyboard_ready");
    const seen = { "if-match": `"1", "${job.version + 1}"` };
    expect((await act(api, job, { action: "regenerate_all_scenes", headers: seen })).status).toBe(202);
    await waitForStatus(api, job, "storyboard_ready");
    expect((await act(api, job, { action: "cancel", headers: { "if-match": "*" } })).status).toBe(200);
  });
});

describe("at once", () => {
  test("six approvals are one, and the others are told the state", async () => {
    const job = await fresh();
    const before = both.server.eventTypes().length;
    const answers = await Promise.all(Array.from({ length: 6 }, () => act(api, job, { action: "approve" })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409, 409, 409, 409]);
    for (const { status, meta } of answers) {
      if (status === 202) continue;
      const details = { status: "video_processing", allowedActions: ["cancel"] };
      expect(meta).toMatchObject({ code: "wrong_state", details });
    }
    const approved = both.server
      .eventTypes()
      .slice(before)
      .filter((type) => type === "StoryboardApproved");
    expect(approved).toHaveLength(1);
    await act(api, job, { action: "cancel" });
  });

  test("an approval and a rejection: one of them is done", async () => {
    const job = await fresh();
    const payload = { feedback: "No" };
    const answers = await Promise.all([
      act(api, job, { action: "approve", headers: { "if-match": `"${job.version}"` } }),
      act(api, job, { action: "reject_storyboard", payload, headers: { "if-match": `"${job.version}"` } }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 412]);
    await act(api, job, { action: "cancel" });
  });
});
