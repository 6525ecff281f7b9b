import { describe, expect, test } from "bun:test";
import { basename } from "node:path";
import { modelAnswer, PROTOCOLS } from "../storyboard/provider.ts";
import { newClient } from "../support/clients.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import { act, jobBody, jobNow, readJob, readJobs, readyJob, waitForStatus } from "../support/jobs.ts";
import { hanging, held, startModelSetting } from "../support/model_server.ts";
import { eventsIn, filesIn, until } from "../support/test_server.ts";

describe("cancel", () => {
  test("is allowed until the end, and a second one is 200 and changes nothing", async () => {
    await using both = await startServerAndOrigin({}, { hasOwnProcesses: true });
    const { api, eventTypes } = both.server;
    const clientId = await newClient(api);
    const assets = [{ url: `${both.origin.url}/held/cancel/photo.png` }];
    const pending = readJob(await api("POST", "/jobs", jobBody({ clientId, assets })));
    const bad = [{ url: `${both.origin.url}/status/404` }];
    const failed = readJob(await api("POST", "/jobs", jobBody({ clientId, assets: bad }), { prefer: "wait=60" }));
    const ready = await readyJob(api, { clientId });
    for (const job of [pending, failed, ready]) {
      const answer = await act(api, job, { action: "cancel" });
      expect(answer.status).toBe(200);
      expect(readJob(answer)).toMatchObject({ status: "cancelled", allowedActions: [] });
      const before = eventTypes().length;
      const again = await act(api, job, { action: "cancel" });
      expect([again.status, readJob(again)]).toEqual([200, readJob(answer)]);
      expect(eventTypes()).toHaveLength(before);
    }
    both.origin.release("cancel");
    await until(async () => (await api("GET", `/assets/${pending.assetIds[0]}`)).text.includes('"ready"'));
    expect(await jobNow(api, pending)).toMatchObject({ status: "cancelled", scenes: [] });
    expect(eventTypes().filter((type) => type === "JobAssetsReady")).toHaveLength(1);
  });

  test.each(["openai", "anthropic"] as const)("while %s plans hangs up on the model at once", async (name) => {
    const model = hanging();
    await using setting = await startModelSetting(name, model.reply);
    const { api } = setting.server;
    const job = readJob(await api("POST", "/jobs", jobBody({ clientId: await newClient(api) })));
    await model.asked;
    expect((await act(api, job, { action: "cancel" })).status).toBe(200);
    // The planner's own limit is a minute, and this test has less.
    await model.hungUp;
    expect(setting.server.eventTypes().slice(-2)).toEqual(["JobAssetsReady", "JobCancelled"]);
  });

  test("while one scene is regenerated ends that, too, and tells who waits for it", async () => {
    const model = hanging();
    await using setting = await startModelSetting("openai", PROTOCOLS.openai.answer(modelAnswer(3)), model.reply);
    const { api } = setting.server;
    const job = await readyJob(api);
    const waiting = api("POST", `/jobs/${job.id}/scenes/2/regenerate`, { feedback: "Bolder" });
    await model.asked;
    expect(job.allowedActions).toContain("approve");
    const [listed] = readJobs(await api("GET", "/jobs"));
    for (const now of [await jobNow(api, job), listed]) {
      expect(now?.allowedActions).toEqual(job.allowedActions.filter((action) => action !== "approve"));
    }
    expect((await act(api, job, { action: "approve" })).meta.code).toBe("conflict");
    expect((await api("PUT", `/jobs/${job.id}/scenes/2`, { script: "x" })).meta.code).toBe("conflict");
    expect((await api("PUT", `/jobs/${job.id}/scenes/1`, { script: "x" })).status).toBe(200);
    await act(api, job, { action: "cancel" });
    await model.hungUp;
    expect(await waiting).toMatchObject({ status: 409, meta: { code: "conflict" } });
  });

  test("of a rejected plan lets the next one be planned, and drops what comes late", async () => {
    const late = held("openai");
    const replies = [PROTOCOLS.openai.answer(modelAnswer(3)), late.reply, PROTOCOLS.openai.answer(modelAnswer(4))];
    await using setting = await startModelSetting("openai", ...replies);
    const { api, eventTypes } = setting.server;
    const job = await readyJob(api);
    const deleting = api("POST", `/jobs/${job.id}/scenes/1/regenerate`, {});
    await late.asked;
    await api("DELETE", `/jobs/${job.id}/scenes/1`);
    expect(await deleting).toMatchObject({ status: 409, meta: { code: "conflict" } });
    const rejected = await act(api, job, { action: "reject_storyboard", payload: { feedback: "No" } });
    expect(rejected.status).toBe(202);
    const after = await waitForStatus(api, job, "storyboard_ready");
    late.release();
    expect(after.scenes).toHaveLength(4);
    expect(eventTypes().filter((type) => type.startsWith("SceneRegenerat"))).toEqual(["SceneRegenerationRequested"]);
  });

  test("while the video is rendered ends the render, and leaves no file behind", async () => {
    await using both = await startServerAndOrigin({}, { hasOwnProcesses: true });
    const { api, config } = both.server;
    const creative = { videoSpecs: { duration: 60, resolution: "1080p" } };
    const job = await readyJob(api, { creative, body: { generateAudio: false } });
    expect((await act(api, job, { action: "approve" })).status).toBe(202);
    await until(() => both.server.eventTypes().includes("RenderStarted"));
    const temporary = () => filesIn(config.dataDir).filter((file) => file.startsWith("blobs/tmp/"));
    await until(() => temporary().some((file) => file.includes(".mp4")));
    const cancelled = readJob(await act(api, job, { action: "cancel" }));
    expect(cancelled).toMatchObject({ status: "cancelled", videoUrl: null });
    expect(cancelled.progress.percentage).toBeGreaterThanOrEqual(55);
    await until(() => temporary().length === 0);
    await until(async () => (await (await both.server.get("/metrics")).text()).includes("reelog_render_running 0"));
    // The sound that was mixed before stays with its event.
    const named = eventsIn(config.dataDir).map(({ data }) => data);
    const left = filesIn(config.dataDir).filter((file) => file.startsWith("blobs/"));
    expect(left.filter((file) => !named.some((data) => data.includes(basename(file))))).toEqual([]);
    expect((await api("GET", `/jobs/${job.id}/video`)).status).toBe(404);
    expect(both.server.eventTypes().at(-1)).toBe("JobCancelled");
  });
});
