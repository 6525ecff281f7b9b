import { describe, expect, test } from "bun:test";
import type { JobCommand } from "../../../src/jobs/command.ts";
import { given, HISTORIES, planned, scene, USAGE } from "../rendering/specs.ts";

const ready = given(...HISTORIES.storyboard_ready);
const durationsOf = (job: typeof ready) => job.state.scenes.map(({ duration }) => duration);
const regenerate = (number: number, more: object = {}): JobCommand => ({
  do: "regenerate scene",
  scene: number,
  feedback: null,
  constraints: null,
  ...more,
});
const store = (
  number: number,
  { revision = 1, ...more }: { revision?: number; duration?: number } = {},
): JobCommand => {
  const { sceneId, ...content } = scene(number, { script: "New", ...more });
  return { do: "store scene", sceneId, revision, scene: content, usage: USAGE };
};

describe("an edit of a scene", () => {
  test.each([
    [1, 4, [4, 1, 1]],
    [2, 0.5, [2.8, 0.5, 2.7]],
    [3, 5, [0.5, 0.5, 5]],
    [1, 2.1, [2.1, 2, 1.9]],
  ])("of scene %p to %p s takes the time from the others, and the sum stays exact", (number, duration, expected) => {
    const job = ready.after({ do: "update scene", scene: number, changes: { duration } });
    expect(durationsOf(job)).toEqual(expected);
  });

  test.each([
    [5.1, "the other scenes leave at most 5 s"],
    [0.4, "a scene lasts at least 0.5 s"],
  ])("to %p s is refused with the field", (duration, why) => {
    const error = ready.refuses({ do: "update scene", scene: 1, changes: { duration } });
    expect(error).toMatchObject({ code: "validation_failed", details: [{ path: "duration" }] });
    expect(error.message).toContain(why);
  });

  test("writes only what changes, and nothing when nothing does", () => {
    const changes = { script: "Line 1", shotType: "product", metadata: {}, assets: ["a1"], duration: 2 };
    const [event, ...rest] = ready.when({ do: "update scene", scene: 1, changes });
    expect(rest).toEqual([]);
    expect(event?.data).toMatchObject({ sceneId: "s1", changes: { shotType: "product" } });
    expect(ready.when({ do: "update scene", scene: "s1", changes: { ...changes, shotType: "wide" } })).toEqual([]);
    expect(ready.when({ do: "update scene", scene: 1, changes: {} })).toEqual([]);
  });

  test("may use only assets of the job", () => {
    expect(ready.when({ do: "update scene", scene: 2, changes: { assets: ["a1"] } })).toHaveLength(1);
    expect(ready.refuses({ do: "update scene", scene: 2, changes: { assets: ["a1", "zz"] } })).toMatchObject({
      code: "validation_failed",
      details: [{ path: "assets", message: "Asset zz does not belong to this job" }],
    });
  });

  test.each([0, 4, -1, "4", "01", "s9", "", "1.0", "constructor"])("of scene %p finds none", (reference) => {
    expect(ready.refuses({ do: "delete scene", scene: reference }).code).toBe("not_found");
  });
});

describe("a deleted scene", () => {
  test("leaves its time to the others, which keep their ids and order", () => {
    const job = ready.after({ do: "delete scene", scene: 2 });
    expect(job.state.scenes.map(({ sceneId, duration }) => [sceneId, duration])).toEqual([
      ["s1", 3],
      ["s3", 3],
    ]);
    const [event] = ready.when({ do: "delete scene", scene: "s2" });
    expect(event?.data).toMatchObject({ sceneId: "s2", before: { script: "Line 2" } });
  });

  test("cannot be the last one left, which cannot change its time either", () => {
    const last = ready.after({ do: "delete scene", scene: 3 }).after({ do: "delete scene", scene: 1 });
    expect(durationsOf(last)).toEqual([6]);
    expect(last.refuses({ do: "delete scene", scene: 1 })).toMatchObject({
      code: "conflict",
      message: "Cannot delete the scene: it is the only one",
    });
    expect(last.refuses({ do: "update scene", scene: 1, changes: { duration: 5 } }).code).toBe("validation_failed");
    expect(last.when({ do: "update scene", scene: 1, changes: { duration: 6, script: "x" } })).toHaveLength(1);
  });
});

describe("a scene that is being regenerated", () => {
  const asked = ready.after(regenerate(2));

  test("keeps its id, its number and its time, and what it was stays in the event", () => {
    const [event] = asked.when(store(2, { duration: 5 }));
    expect(event?.data).toMatchObject({ before: { script: "Line 2" }, after: { sceneId: "s2", duration: 2 } });
    const job = asked.after(store(2, { duration: 5 }));
    expect(job.state.scenes.map(({ script }) => script)).toEqual(["Line 1", "New", "Line 3"]);
    expect(durationsOf(job)).toEqual([2, 2, 2]);
    expect(job.state.regenerating.size).toBe(0);
  });

  test("holds up the approval, its own edit and another regeneration, and nothing else", () => {
    expect(asked.refuses({ do: "approve" })).toMatchObject({
      code: "conflict",
      message: "Cannot approve the storyboard: scene 2 is still being regenerated",
    });
    expect(asked.refuses(regenerate(2)).code).toBe("conflict");
    expect(asked.refuses({ do: "update scene", scene: 2, changes: { script: "x" } }).code).toBe("conflict");
    expect(asked.when({ do: "update scene", scene: 1, changes: { script: "x" } })).toHaveLength(1);
    expect(asked.when(regenerate(3))).toHaveLength(1);
    for (const free of [asked.after(store(2)), asked.after({ do: "delete scene", scene: 2 })]) {
      expect(free.when({ do: "approve" })).toHaveLength(1);
    }
  });

  test("stays as it was when no new version could be made, and can be asked for again", () => {
    const error = { code: "source_timeout", message: "Cannot" } as const;
    const job = asked.after({ do: "fail scene", sceneId: "s2", revision: 1, error });
    expect(job.state.scenes).toEqual(planned.data.scenes);
    expect(job.when(regenerate(2))).toMatchObject([{ data: { revision: 2 } }]);
    expect(job.when({ do: "approve" })).toHaveLength(1);
  });

  test.each<[string, JobCommand]>([
    ["deleted", { do: "delete scene", scene: 2 }],
    ["rejected with its storyboard", { do: "reject storyboard", feedback: "No" }],
    ["regenerated with all others", { do: "regenerate all scenes", feedback: null }],
    ["cancelled with its job", { do: "cancel" }],
  ])("is %s: whatever comes of it is dropped", (_what, command) => {
    const job = asked.after(command);
    expect(job.when(store(2))).toEqual([]);
    const error = { code: "internal", message: "Cannot" } as const;
    expect(job.when({ do: "fail scene", sceneId: "s2", revision: 1, error })).toEqual([]);
  });

  test("takes the answer to its last request only", () => {
    const error = { code: "internal", message: "Cannot" } as const;
    const again = asked.after({ do: "fail scene", sceneId: "s2", revision: 1, error }).after(regenerate(2));
    expect(again.when(store(2))).toEqual([]);
    expect(again.when(store(2, { revision: 2 }))).toHaveLength(1);
    expect(again.when(store(2, { revision: 3 }))).toEqual([]);
  });

  test("gets the time that was asked for from the others as they are when it comes", () => {
    const timed = ready.after(regenerate(2, { constraints: { duration: 4 } }));
    expect(durationsOf(timed.after(store(2)))).toEqual([1, 4, 1]);
    const edited = timed.after({ do: "update scene", scene: 1, changes: { duration: 1 } });
    const job = edited.after(store(2));
    expect(job.state.scenes[1]?.duration).toBe(4);
    expect(durationsOf(job).reduce((sum, duration) => sum + duration * 10, 0)).toBe(60);
  });

  test("fails, and stays, when the others cannot give that time any more", () => {
    const timed = ready.after(regenerate(2, { constraints: { duration: 4 } }));
    const alone = timed.after({ do: "delete scene", scene: 1 }).after({ do: "delete scene", scene: "s3" });
    expect(alone.when(store(2))).toMatchObject([
      { type: "SceneRegenerationFailed", data: { code: "validation_failed" } },
    ]);
  });

  test("is refused before a model is paid when its wishes cannot be met", () => {
    expect(ready.refuses(regenerate(1, { constraints: { duration: 5.5 } }))).toMatchObject({
      code: "validation_failed",
      details: [{ path: "constraints.duration" }],
    });
    expect(ready.refuses(regenerate(1, { constraints: { mustIncludeAssets: ["zz"] } }))).toMatchObject({
      details: [{ path: "constraints.mustIncludeAssets" }],
    });
  });
});
