import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newClient } from "../support/clients.ts";
import { type EventStream, openStream, type SentEvent } from "../support/event_stream.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { act, jobBody, readJob, readyJob, waitForStatus } from "../support/jobs.ts";
import { type Api, until } from "../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let api: Api;
beforeAll(async () => {
  both = await startServerAndOrigin();
  api = both.server.api;
});
afterAll(async () => {
  await both[Symbol.asyncDispose]();
});

const open = (id: string, headers: Record<string, string> = {}): Promise<EventStream> =>
  openStream(`${both.server.url}/api/v3/jobs/${id}/events`, headers);
const typesOf = (events: readonly SentEvent[]) => events.map(({ type }) => type);
const positionsOf = (events: readonly SentEvent[]) => events.map(({ position }) => position);

describe("GET /jobs/{id}/events", () => {
  test("tells the whole story of a job and its assets, live and again from the log, and then ends", async () => {
    const old = await importAsset(api, both.origin, { name: "Old" });
    const unrelated = await importAsset(api, both.origin, { name: "Unrelated" });
    const assets = [{ assetId: old.id }, { url: `${both.origin.url}/held/story/photo.jpg?signature=secret` }];
    const body = { generateAudio: true };
    const created = await api("POST", "/jobs", jobBody({ clientId: await newClient(api), assets, body }));
    const { id, assetIds } = readJob(created);
    await using live = await open(id);
    both.origin.release("story");
    await waitForStatus(api, { id }, "storyboard_ready");
    await act(api, { id }, { action: "approve" });
    const events = await live.rest();

    const ofJob = events.filter(({ stream }) => stream === `job-${id}`);
    const types = typesOf(ofJob).filter((type) => type !== "RenderProgressed");
    expect(types.filter((type, index) => type !== types[index - 1])).toEqual([
      "JobCreated",
      "JobAssetsReady",
      "ScenesGenerated",
      "StoryboardApproved",
      "LineSpoken",
      "VoiceRecorded",
      "RenderStarted",
      "SoundMixed",
      "VideoRendered",
      "JobCompleted",
    ]);
    expect(events.at(-1)?.type).toBe("JobCompleted");
    expect(new Set(events.map(({ stream }) => stream))).toEqual(
      new Set([`job-${id}`, ...assetIds.map((assetId) => `asset-${assetId}`)]),
    );
    expect(JSON.stringify(events)).not.toContain(unrelated.id);
    expect(JSON.stringify(events)).not.toContain("secret");
    expect(positionsOf(events)).toEqual([...new Set(positionsOf(events))].toSorted((a, b) => a - b));
    // From the first one, also of an asset that is older than the job.
    expect(typesOf(events.filter(({ stream }) => stream === `asset-${old.id}`))[0]).toBe("AssetRequested");

    await using again = await open(id);
    expect(await again.rest()).toEqual(events);
    const half = events[Math.floor(events.length / 2)]?.position ?? 0;
    await using resumed = await open(id, { "last-event-id": String(half) });
    expect(await resumed.rest()).toEqual(events.filter(({ position }) => position > half));

    await using over = await open(id, { "last-event-id": live.lastEventId() });
    expect([over.response.status, await over.response.text()]).toEqual([204, ""]);
  });

  test("does not go on with what happens to the assets after the end", async () => {
    const asset = await importAsset(api, both.origin);
    const { id } = await readyJob(api, { assets: [{ assetId: asset.id }] });
    await act(api, { id }, { action: "cancel" });
    await api("PATCH", `/assets/${asset.id}`, { name: "After the end" });
    await using stream = await open(id);
    const events = await stream.rest();
    expect(events.at(-1)?.type).toBe("JobCancelled");
    expect(JSON.stringify(events)).not.toContain("After the end");
  });

  test("carries what happens to an asset while the job goes on", async () => {
    const asset = await importAsset(api, both.origin);
    const { id } = await readyJob(api, { assets: [{ assetId: asset.id }] });
    await using stream = await open(id, { "last-event-id": String(both.server.eventTypes().length) });
    await api("PATCH", `/assets/${asset.id}`, { name: "Another name" });
    expect(await stream.next()).toMatchObject({ type: "AssetUpdated", stream: `asset-${asset.id}` });
    await act(api, { id }, { action: "cancel" });
    expect(typesOf(await stream.rest())).toEqual(["JobCancelled"]);
  });

  test("ends at a failure, stays away after it, and after a retry tells both", async () => {
    const assets = [{ url: `${both.origin.url}/late.png` }];
    const created = await api("POST", "/jobs", jobBody({ clientId: await newClient(api), assets }));
    const { id } = readJob(created);
    await using first = await open(id);
    expect(typesOf(await first.rest()).at(-1)).toBe("JobFailed");
    await using away = await open(id, { "last-event-id": first.lastEventId() });
    expect(away.response.status).toBe(204);

    both.origin.put("/late.png", await Bun.file("test/fixtures/media/photo.png").bytes());
    await act(api, { id }, { action: "retry" });
    await using second = await open(id, { "last-event-id": first.lastEventId() });
    const types: string[] = [];
    for (let event = await second.next(); event?.type !== "ScenesGenerated"; event = await second.next()) {
      if (!event) throw new Error("it ended");
      types.push(event.type);
    }
    expect(types).toContain("JobRetried");
    await act(api, { id }, { action: "cancel" });
    expect(typesOf(await second.rest())).toEqual(["JobCancelled"]);
    await using all = await open(id);
    const told = typesOf(await all.rest());
    expect(told.filter((type) => ["JobFailed", "JobRetried", "JobCancelled"].includes(type))).toEqual([
      "JobFailed",
      "JobRetried",
      "JobCancelled",
    ]);
  });

  test("tells the cancellation of a failed job to who has seen the failure", async () => {
    const assets = [{ url: `${both.origin.url}/status/404` }];
    const created = await api("POST", "/jobs", jobBody({ clientId: await newClient(api), assets }));
    const { id } = readJob(created);
    await using first = await open(id);
    await first.rest();
    await act(api, { id }, { action: "cancel" });
    await using second = await open(id, { "last-event-id": first.lastEventId() });
    expect(typesOf(await second.rest())).toEqual(["JobCancelled"]);
  });

  test("has the same events for many clients that come and go at any time", async () => {
    const { id } = await readyJob(api);
    const early = await Promise.all(Array.from({ length: 10 }, () => open(id)));
    for (let round = 1; round <= 20; round++) {
      await api("PUT", `/jobs/${id}/scenes/1`, { script: `Line ${round}` });
      if (round % 5 === 0) early.push(await open(id));
    }
    await act(api, { id }, { action: "cancel" });
    const [one, ...others] = await Promise.all(early.map((stream) => stream.rest()));
    expect(typesOf(one ?? []).filter((type) => type === "SceneUpdated")).toHaveLength(20);
    for (const other of others) expect(other).toEqual(one ?? []);
  });

  test("is not found for a job that is not there, and answers HEAD at once", async () => {
    const { status, meta } = await api("GET", "/jobs/nobody/events");
    expect([status, meta.code]).toEqual([404, "not_found"]);
    const { id } = await readyJob(api);
    const response = await both.server.get(`/api/v3/jobs/${id}/events`, { method: "HEAD" });
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      200,
      "text/event-stream",
      "",
    ]);
    expect((await both.server.get("/api/v3/jobs/nobody/events", { method: "HEAD" })).status).toBe(404);
  });

  test.each([
    ["x", 400],
    ["999999999", 400],
  ])("refuses %p as Last-Event-ID", async (value, status) => {
    const { id } = await readyJob(api);
    expect((await api("GET", `/jobs/${id}/events`, undefined, { "last-event-id": value })).status).toBe(status);
    expect((await api("GET", `/jobs/${id}/events?lastEventId=${value}`)).status).toBe(422);
  });

  test("ends for everybody at once when the server stops", async () => {
    await using own = await startServerAndOrigin();
    const { id } = await readyJob(own.server.api);
    const streams = await Promise.all([
      openStream(`${own.server.url}/api/v3/jobs/${id}/events`),
      openStream(`${own.server.url}/api/v3/events`),
    ]);
    const ended = Promise.all(streams.map((stream) => stream.rest()));
    let isStopped = false;
    const stopped = own.server.stop().then(() => (isStopped = true));
    await ended;
    await until(() => isStopped);
    await stopped;
  });
});
