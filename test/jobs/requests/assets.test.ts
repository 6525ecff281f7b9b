import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import type { ErrorCode } from "../../../src/core/errors.ts";
import { checked } from "../../support/answer.ts";
import { newClient } from "../../support/clients.ts";
import { form, importAsset, startServerAndOrigin } from "../../support/imports.ts";
import { act, jobBody, jobNow, readJob, readJobs, readyJob, waitForStatus } from "../../support/jobs.ts";
import { fixture } from "../../support/origin.ts";
import type { Api } from "../../support/test_server.ts";

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
const WithId = Type.Object({ id: Type.String() });
const url = (path: string) => `${both.origin.url}/${path}`;
const create = async (...assets: object[]) => readJob(await api("POST", "/jobs", jobBody({ clientId, assets }), WAIT));
const askedFor = (path: string) => both.origin.requests.filter((each) => each === `/${path}`).length;

describe("an asset that fails", () => {
  test.each<[string, ErrorCode]>([
    ["status/404?fails", "source_error"],
    ["truncated/photo.png", "source_error"],
    ["brief.docx?as=image", "type_mismatch"],
  ])("fails the job with its code and sentence: %s", async (path, code) => {
    const job = await create({ url: url("photo.png?beside"), type: "image" }, { url: url(path), type: "image" });
    expect(job).toMatchObject({ status: "failed", allowedActions: ["retry", "cancel"], scenes: [] });
    const { error } = job;
    expect(error?.code).toBe(code);
    const asset = await api("GET", `/assets/${error?.assetId}`);
    expect(asset.data).toMatchObject({ status: "failed", error: { code, message: error?.message } });
    expect(job.assetIds).toContain(error?.assetId ?? "");
  });

  test("is what a retry imports again, and nothing else", async () => {
    const { origin } = both;
    const bad = await create({ url: url("photo.jpg?good2") }, { url: url("later.bin") });
    expect(bad.status).toBe("failed");
    origin.put("/later.bin", await fixture("photo.webp"));
    const retried = await act(api, bad, { action: "retry", headers: WAIT });
    expect(retried.status).toBe(200);
    expect(readJob(retried)).toMatchObject({ status: "storyboard_ready", error: null, assetIds: bad.assetIds });
    expect([askedFor("photo.jpg?good2"), askedFor("later.bin")]).toEqual([1, 2]);
    expect(readJob(retried).actualCost).toBe(0.002);
  });

  test("fails the job again when the retry meets the same, and again it can be retried", async () => {
    const bad = await create({ url: url("status/503") });
    for (const times of [2, 3]) {
      const retried = readJob(await act(api, bad, { action: "retry", headers: WAIT }));
      expect(retried).toMatchObject({ status: "failed", error: { code: "source_error" } });
      expect(askedFor("status/503")).toBe(times);
    }
  });

  test("by upload cannot be tried again: the sentence says what to do", async () => {
    const held = "held/upload/photo.png";
    const pending = await api(
      "POST",
      "/assets/from-url",
      { name: "x", type: "image", url: url(held) },
      {
        prefer: "respond-async",
      },
    );
    const file = new File(["<html>no picture</html>"], "a.png", { type: "image/png" });
    const upload = await api("POST", "/assets", form(file, { type: "image", name: "a" }), { prefer: "respond-async" });
    const { id } = checked(WithId, upload.data);
    const first = await api(
      "POST",
      "/jobs",
      jobBody({ clientId, assets: [{ assetId: id }, { assetId: checked(WithId, pending.data).id }] }),
    );
    both.origin.release("upload");
    // The upload may have failed before the job was asked for: then the job is refused, which is as good.
    if (first.status === 422) return;
    const job = await waitForStatus(api, readJob(first), "failed");
    expect(job.allowedActions).toEqual(["cancel"]);
    const retried = await act(api, job, { action: "retry" });
    expect(retried.status).toBe(409);
    expect(retried.error).toContain(`its asset ${id} was deleted, or is an upload that cannot be read; cancel the job`);
    expect(retried.meta).toMatchObject({
      code: "wrong_state",
      details: { status: "failed", allowedActions: ["cancel"], assetId: id },
    });
    const approved = await act(api, job, { action: "approve" });
    expect(approved.meta).toMatchObject({ code: "wrong_state", details: { allowedActions: ["cancel"] } });
    const listed = readJobs(await api("GET", "/jobs?status=failed")).find((each) => each.id === job.id);
    expect(listed?.allowedActions).toEqual(["cancel"]);
    const past = readJob(await api("GET", `/jobs/${job.id}?at=${encodeURIComponent(new Date().toISOString())}`));
    expect(past.allowedActions).toEqual(["cancel"]);
    expect((await jobNow(api, job)).status).toBe("failed");
  });

  test("is imported again once by two retries at once", async () => {
    const job = await create({ url: url("shared.bin") });
    both.origin.put("/shared.bin", await fixture("photo.png"));
    const retried = await Promise.all([act(api, job, { action: "retry" }), act(api, job, { action: "retry" })]);
    expect(retried.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    await waitForStatus(api, job, "storyboard_ready");
    expect(askedFor("shared.bin")).toBe(2);
  });

  test("cannot be deleted while its job can be retried, and can once that is cancelled", async () => {
    const bad = await create({ url: url("status/410") });
    const path = `/assets/${bad.error?.assetId}`;
    expect((await api("DELETE", path)).meta).toMatchObject({ code: "conflict", details: { jobIds: [bad.id] } });
    await act(api, bad, { action: "cancel" });
    expect((await api("DELETE", path)).status).toBe(200);
  });
});

describe("an asset in use", () => {
  test("cannot be deleted while an open job uses it, and can when the job has ended", async () => {
    const { id } = await importAsset(api, both.origin, { clientId, url: url("photo.png?in_use") });
    const job = await readyJob(api, { clientId, assets: [{ assetId: id }] });
    const refused = await api("DELETE", `/assets/${id}`);
    expect(refused).toMatchObject({ status: 409, meta: { code: "conflict", details: { jobIds: [job.id] } } });
    await act(api, job, { action: "cancel" });
    expect((await api("DELETE", `/assets/${id}`)).status).toBe(200);
    expect((await jobNow(api, job)).assetIds).toEqual([id]);
  });

  test("goes with its client by ?cascade=true, which cancels the open jobs and keeps the ended ones readable", async () => {
    const own = await newClient(api, "Own");
    const ended = await readyJob(api, { clientId: own });
    await act(api, ended, { action: "cancel" });
    const open = await readyJob(api, { clientId: own, assets: [{ url: url("photo.jpg?cascade") }] });
    const busy = readJob(
      await api("POST", "/jobs", jobBody({ clientId: own, assets: [{ url: url("held/no/photo.png") }] })),
    );
    expect((await api("DELETE", `/clients/${own}`)).status).toBe(409);
    expect((await api("DELETE", `/clients/${own}?cascade=true`)).status).toBe(200);
    for (const job of [open, busy]) expect(await jobNow(api, job)).toMatchObject({ status: "cancelled" });
    expect((await jobNow(api, ended)).scenes).toEqual(ended.scenes);
    expect((await api("GET", `/assets/${open.assetIds[0]}`)).status).toBe(404);
    both.origin.release("no");
  });
});
