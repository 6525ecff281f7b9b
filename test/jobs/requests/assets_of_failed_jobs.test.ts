import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { Type } from "@sinclair/typebox";
import { AssetFailed, AssetRequested, assetStream } from "../../../src/assets/events.ts";
import { createCatalogue, openStore } from "../../../src/event_log/mod.ts";
import { jobStream } from "../../../src/jobs/events.ts";
import { allEvents, allProjections } from "../../../src/server/registry.ts";
import { checked } from "../../support/answer.ts";
import { newClient } from "../../support/clients.ts";
import { startServerAndOrigin } from "../../support/imports.ts";
import { act, jobBody, readJob } from "../../support/jobs.ts";
import { startTestServer, temporaryDirectory } from "../../support/test_server.ts";
import { created, failed } from "../rendering/specs.ts";

test("an asset of a failed job: it stays while a retry needs it, and goes once the job is cancelled", async () => {
  await using both = await startServerAndOrigin();
  const { api } = both.server;
  const clientId = await newClient(api);
  const body = jobBody({ clientId, assets: [{ url: `${both.origin.url}/none.png` }] });
  const failed = readJob(await api("POST", "/jobs", body, { prefer: "wait=60" }));
  expect(failed).toMatchObject({ status: "failed", allowedActions: ["retry", "cancel"] });
  const path = `/assets/${failed.assetIds[0]}`;

  const refused = await api("DELETE", path);
  expect(`${refused.status} ${refused.meta.code}`).toBe("409 conflict");
  expect(refused.meta.details).toEqual({ openJobs: 1, jobIds: [failed.id] });
  const client = await api("DELETE", `/clients/${clientId}`);
  expect(client.meta.details).toEqual({ openJobs: 1, assets: 1, jobIds: [failed.id] });
  expect(client.text).toContain("1 open job and 1 asset; ?cascade=true cancels the job and deletes the asset");

  expect((await act(api, failed, { action: "cancel" })).status).toBe(200);
  expect((await api("DELETE", path)).status).toBe(200);
});

test("an asset that a failed job has lost: no retry is offered, and the refusal names the asset", async () => {
  const dataDir = await temporaryDirectory();
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  // Earlier releases let the asset of a failed job be deleted; `a1` was never there.
  const metadata = { owner: "local", actor: "test" };
  await store.log.append({ stream: jobStream("j1"), expected: "none", events: [created, failed("assets")] }, metadata);
  await store.log.append(
    { stream: jobStream("j2"), expected: "none", events: [created, failed("planning")] },
    metadata,
  );
  store.close();
  try {
    await using server = await startTestServer({ DATA_DIR: dataDir });
    const job = readJob(await server.api("GET", "/jobs/j1"));
    expect(job.allowedActions).toEqual(["cancel"]);
    const refused = await act(server.api, job, { action: "retry" });
    expect(refused.meta).toMatchObject({ code: "wrong_state", details: { allowedActions: ["cancel"], assetId: "a1" } });
    expect(refused.error).toContain("cancel the job, and create a new one");
    expect(readJob(await server.api("GET", "/jobs/j1"))).toEqual(job);
    expect(readJob(await server.api("GET", "/jobs/j2")).allowedActions).toEqual(["retry", "cancel"]);
    expect(readJob(await act(server.api, job, { action: "cancel" })).status).toBe("cancelled");
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

test("an asset of many jobs: the refusal to delete it counts them all and names a hundred", async () => {
  const dataDir = await temporaryDirectory();
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  const metadata = { owner: "local", actor: "test" };
  const asset = AssetRequested.of({
    name: "n",
    type: "image",
    source: { kind: "url", url: "https://x.example/a.png" },
    tags: [],
    clientId: null,
    campaignId: null,
  });
  const gone = AssetFailed.of({ step: "download", code: "source_error", message: "Cannot" });
  await store.log.append({ stream: assetStream("a1"), expected: "none", events: [asset, gone] }, metadata);
  const jobs = Array.from({ length: 130 }, (_, at) => jobStream(`j${at}`));
  const events = [created, failed("assets")];
  await store.log.append(
    jobs.map((stream) => ({ stream, expected: "none" as const, events })),
    metadata,
  );
  store.close();
  try {
    await using server = await startTestServer({ DATA_DIR: dataDir });
    const refused = await server.api("DELETE", "/assets/a1");
    expect(refused).toMatchObject({ status: 409, meta: { code: "conflict", details: { openJobs: 130 } } });
    expect(checked(Type.Object({ jobIds: Type.Array(Type.String()) }), refused.meta.details).jobIds).toHaveLength(100);
    expect(refused.error).toContain("130 jobs need it");
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
