import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { modelAnswer, PROTOCOLS, startProvider } from "../storyboard/provider.ts";
import { newClient } from "../support/clients.ts";
import { act, jobBody, readJob, sumTenths, waitForStatus } from "../support/jobs.ts";
import { hanging, modelEnv } from "../support/model_server.ts";
import { type MediaOrigin, startOrigin } from "../support/origin.ts";
import { type ServerProcess, spawnServer } from "../support/server_process.ts";
import { eventsIn, filesIn, temporaryDirectory, until } from "../support/test_server.ts";

let dataDir: string;
let origin: MediaOrigin;

beforeEach(async () => {
  dataDir = await temporaryDirectory();
  origin = await startOrigin();
});
afterEach(async () => {
  await origin[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const start = (env: Record<string, string> = {}) =>
  spawnServer({ DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant, LOG_LEVEL: "info", ...env });

/** As a power cut does it: at once, with nothing finished. */
async function killed(server: ServerProcess): Promise<void> {
  server.kill("SIGKILL");
  await server.exited;
}

function countOf(jobId: string, type: string): number {
  return eventsIn(dataDir).filter((event) => event.stream === `job-${jobId}` && event.type === type).length;
}

describe("a server that is killed", () => {
  test("while a model plans asks it again after the restart, and the storyboard is there once", async () => {
    const model = hanging();
    await using provider = startProvider(model.reply, PROTOCOLS.openai.answer(modelAnswer(3)));
    const env = modelEnv("openai", provider.url);
    await using first = await start(env);
    const job = readJob(await first.api("POST", "/jobs", jobBody({ clientId: await newClient(first.api) })));
    await model.asked;
    await killed(first);
    await using second = await start(env);
    const after = await waitForStatus(second.api, job, "storyboard_ready", "failed");
    expect(after).toMatchObject({ status: "storyboard_ready", error: null });
    expect(provider.received).toHaveLength(2);
    expect(["JobCreated", "JobAssetsReady", "ScenesGenerated"].map((type) => countOf(job.id, type))).toEqual([1, 1, 1]);
  });

  test("between two assets goes on with the second one, and downloads the first one no more", async () => {
    // One at a time, so that the held one is not asked for, and does not run into its time limit, before the first is there.
    await using first = await start({ ASSET_DOWNLOAD_CONCURRENCY: "1" });
    const assets = ["photo.png", "held/second/photo.jpg"].map((path) => ({ url: `${origin.url}/${path}` }));
    const body = jobBody({ clientId: await newClient(first.api), assets });
    const headers = { "idempotency-key": "before-the-crash" };
    const job = readJob(await first.api("POST", "/jobs", body, headers));
    await until(() => eventsIn(dataDir).some(({ type }) => type === "AssetInspected"));
    await killed(first);
    expect(countOf(job.id, "JobAssetsReady")).toBe(0);
    origin.release("second");
    await using second = await start();
    // The client has seen no answer and asks again.
    const again = await second.api("POST", "/jobs", body, headers);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(readJob(again).id).toBe(job.id);
    const after = await waitForStatus(second.api, job, "storyboard_ready", "failed");
    expect(after.status).toBe("storyboard_ready");
    expect(sumTenths(after.scenes)).toBe(60);
    expect(origin.requests.filter((path) => path === "/photo.png")).toHaveLength(1);
    expect(countOf(job.id, "JobAssetsReady")).toBe(1);
    expect(eventsIn(dataDir).filter(({ type }) => type === "AssetInspected")).toHaveLength(2);
  });

  test("while it renders renders again, ends with one video and leaves nothing temporary", async () => {
    await using first = await start();
    const creative = { videoSpecs: { duration: 12, resolution: "480p" } };
    const body = jobBody({ clientId: await newClient(first.api), creative });
    const job = readJob(await first.api("POST", "/jobs", body, { prefer: "wait=60" }));
    expect((await act(first.api, job, { action: "approve" })).status).toBe(202);
    await until(() => countOf(job.id, "RenderProgressed") > 0);
    await killed(first);
    const leftOver = filesIn(dataDir).filter((file) => file.startsWith("blobs/tmp/"));
    expect(leftOver.length).toBeGreaterThan(0);
    await using second = await start();
    for (const file of leftOver) expect(filesIn(dataDir)).not.toContain(file);
    const after = await waitForStatus(second.api, job, "completed", "failed");
    expect(after).toMatchObject({ status: "completed", progress: { percentage: 100 }, actualCost: 0.006 });
    expect(["RenderStarted", "VideoRendered", "JobCompleted"].map((type) => countOf(job.id, type))).toEqual([2, 1, 1]);
    const video = await fetch(`${second.url}/api/v3/jobs/${job.id}/video`, { headers: { range: "bytes=4-7" } });
    expect(await video.text()).toBe("ftyp");
    await until(() => filesIn(dataDir).every((file) => !file.startsWith("blobs/tmp/")));
  });
});

test("a server that is stopped while it plans leaves the job to the next one, and no failure", async () => {
  const model = hanging();
  await using provider = startProvider(model.reply, PROTOCOLS.anthropic.answer(modelAnswer(3)));
  const env = modelEnv("anthropic", provider.url);
  await using first = await start(env);
  const job = readJob(await first.api("POST", "/jobs", jobBody({ clientId: await newClient(first.api) })));
  await model.asked;
  first.kill("SIGTERM");
  expect(await first.exited).toBe(0);
  expect(countOf(job.id, "JobFailed")).toBe(0);
  await using second = await start(env);
  expect((await waitForStatus(second.api, job, "storyboard_ready", "failed")).status).toBe("storyboard_ready");
});
