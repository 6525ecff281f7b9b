import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Static, Type } from "@sinclair/typebox";
import { SceneRevision } from "../../../src/jobs/history/revision_schema.ts";
import { type Answer, checked } from "../../support/answer.ts";
import { act, readScene, readyJob, waitForStatus } from "../../support/jobs.ts";
import { startTestServer, type TestServer } from "../../support/test_server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

type Revision = Static<typeof SceneRevision>;
const revisionsOf = ({ data }: Pick<Answer, "data">): Revision[] => checked(Type.Array(SceneRevision), data);
const revisions = async (jobId: string, scene: number | string) =>
  revisionsOf(await server.api("GET", `/jobs/${jobId}/scenes/${scene}/revisions`));

describe("GET /jobs/{id}/scenes/{scene}/revisions", () => {
  test("tells what changed each time, why, by whom, and the scene as it was then", async () => {
    const { id, scenes } = await readyJob(server.api);
    const [first, second] = scenes;
    if (!first || !second) throw new Error("there are several");
    const edited = readScene(await server.api("PUT", `/jobs/${id}/scenes/1`, { script: "By hand", shotType: "wide" }));
    const feedback = "Show it at night";
    const regenerated = readScene(await server.api("POST", `/jobs/${id}/scenes/1/regenerate`, { feedback }));

    const [one, two, three, ...more] = await revisions(id, 1);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ revision: 1, type: "ScenesGenerated", actor: "local", feedback: null, changes: [] });
    expect(one?.scene).toEqual(first);
    expect(two).toMatchObject({ revision: 2, type: "SceneUpdated", actor: "local", feedback: null });
    expect(two?.changes).toContainEqual({ field: "script", from: first.script, to: "By hand" });
    expect(two?.sentence).toStartWith("Scene 1 was edited: ");
    expect(two?.scene).toEqual(edited);
    expect(three).toMatchObject({ revision: 3, type: "SceneRegenerated", actor: "local", feedback });
    expect(three?.changes).toContainEqual({ field: "script", from: "By hand", to: regenerated.script });
    expect(three?.scene).toEqual(regenerated);
    for (const { changes } of [two, three].flatMap((each) => each ?? [])) {
      for (const { from, to } of changes) expect(from).not.toEqual(to);
    }
    expect(await revisions(id, first.id)).toEqual(await revisions(id, 1));
    expect((await revisions(id, 2)).map(({ type }) => type)).toEqual(["ScenesGenerated"]);
  });

  test("names the feedback when a scene was regenerated with all others", async () => {
    const { id, scenes } = await readyJob(server.api);
    const asked = { action: "reject_storyboard", payload: { feedback: "More warmth" } };
    await act(server.api, { id }, { ...asked, headers: { prefer: "wait=30" } });
    const now = await waitForStatus(server.api, { id }, "storyboard_ready");
    const kept = now.scenes[0];
    const told = await revisions(id, kept?.id ?? "");
    expect(told.at(-1)).toMatchObject({
      type: "ScenesGenerated",
      feedback: "More warmth",
      actor: "local",
      scene: kept,
    });
    expect(told).toHaveLength(kept?.id === scenes[0]?.id ? 2 : 1);
  });

  test("tells the others when one took time or a place from them, and keeps a deleted one under its id", async () => {
    const { id, scenes } = await readyJob(server.api);
    const [first, second] = scenes;
    await server.api("DELETE", `/jobs/${id}/scenes/1`);
    const gone = await revisions(id, first?.id ?? "");
    expect(gone.map(({ type, scene }) => [type, scene === null])).toEqual([
      ["ScenesGenerated", false],
      ["SceneDeleted", true],
    ]);
    const moved = await revisions(id, 1);
    expect(moved).toEqual(await revisions(id, second?.id ?? ""));
    expect(moved.at(-1)).toMatchObject({ type: "SceneDeleted", scene: { id: second?.id, sceneNumber: 1 } });
    expect(moved.at(-1)?.changes.map(({ field }) => field)).toEqual(["sceneNumber", "duration"]);
  });

  test("comes in pages", async () => {
    const { id } = await readyJob(server.api);
    for (const script of ["A", "B", "C"]) await server.api("PUT", `/jobs/${id}/scenes/1`, { script });
    const path = `/jobs/${id}/scenes/1/revisions`;
    const first = await server.api("GET", `${path}?limit=3`);
    expect(first.meta).toMatchObject({ page: 1, total: 4 });
    const next = await server.api("GET", `${path}?limit=3&cursor=${first.meta.nextCursor}`);
    expect([...revisionsOf(first), ...revisionsOf(next)].map(({ revision }) => revision)).toEqual([1, 2, 3, 4]);
    expect(next.meta.nextCursor).toBeUndefined();
    expect((await server.api("GET", `${path}?limit=0`)).status).toBe(422);
  });

  test("is not found for a job or scene that never was", async () => {
    const { id } = await readyJob(server.api);
    for (const path of [
      "/jobs/nobody/scenes/1/revisions",
      `/jobs/${id}/scenes/99/revisions`,
      `/jobs/${id}/scenes/x/revisions`,
    ]) {
      expect((await server.api("GET", path)).status).toBe(404);
    }
  });
});
