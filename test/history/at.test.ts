import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readAsset } from "../support/answer.ts";
import { newClient } from "../support/clients.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { act, jobBody, readJob, readScenes, readyJob, waitForStatus } from "../support/jobs.ts";
import type { Api } from "../support/test_server.ts";
import { until } from "../support/until.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let api: Api;
beforeAll(async () => {
  both = await startServerAndOrigin();
  api = both.server.api;
});
afterAll(async () => {
  await both[Symbol.asyncDispose]();
});

const head = () => both.server.eventTypes().length;

describe("?at=", () => {
  test("answers an asset as it was, also one that is deleted now", async () => {
    const before = head();
    const asset = await importAsset(api, both.origin);
    const then = head();
    await api("PATCH", `/assets/${asset.id}`, { name: "Another" });
    const renamed = head();
    await api("DELETE", `/assets/${asset.id}`);
    const at = async (position: number) => await api("GET", `/assets/${asset.id}?at=${position}`);
    expect((await at(before)).status).toBe(404);
    expect(readAsset(await at(before + 1))).toMatchObject({ status: "pending", name: asset.name, url: null });
    expect(readAsset(await at(then))).toEqual(asset);
    expect(readAsset(await at(renamed)).name).toBe("Another");
    expect((await at(head())).status).toBe(404);
  });

  test("answers a job and its scenes as they were, at each position, with their ETags", async () => {
    const client = await newClient(api);
    const assets = [{ url: `${both.origin.url}/held/one/photo.png` }, { url: `${both.origin.url}/held/two/photo.jpg` }];
    const first = await api("POST", "/jobs", jobBody({ clientId: client, assets }));
    const { id } = readJob(first);
    const seen = [{ position: head(), answer: first }];
    const look = async () => seen.push({ position: head(), answer: await api("GET", `/jobs/${id}`) });
    both.origin.release("one");
    const before = head();
    await until(async () => readJob(await api("GET", `/jobs/${id}`)).progress.percentage > 0);
    expect(head()).toBeGreaterThan(before);
    await look();
    both.origin.release("two");
    await waitForStatus(api, { id }, "storyboard_ready");
    await look();
    await api("PUT", `/jobs/${id}/scenes/1`, { script: "Another line" });
    await look();
    await api("DELETE", `/jobs/${id}/scenes/2`);
    await look();
    await act(api, { id }, { action: "cancel" });
    await look();
    for (const { position, answer } of seen) {
      const then = await api("GET", `/jobs/${id}?at=${position}`);
      expect(readJob(then)).toEqual(readJob(answer));
      expect(then.headers.get("etag")).toBe(answer.headers.get("etag"));
      const scenes = readScenes(await api("GET", `/jobs/${id}/scenes?at=${position}`));
      expect(scenes).toEqual(readJob(answer).scenes);
    }
    expect(new Set(seen.map(({ answer }) => readJob(answer).progress.percentage)).size).toBeGreaterThan(2);
  });

  test("takes a time", async () => {
    const { id, createdAt } = await readyJob(api);
    await Bun.sleep(5);
    const then = new Date().toISOString();
    await Bun.sleep(5);
    await act(api, { id }, { action: "cancel" });
    expect(readJob(await api("GET", `/jobs/${id}?at=${then}`)).status).toBe("storyboard_ready");
    expect(readJob(await api("GET", `/jobs/${id}?at=${createdAt}`)).status).toBe("pending");
    const earlier = new Date(Date.parse(createdAt) - 1).toISOString();
    expect((await api("GET", `/jobs/${id}?at=${earlier}`)).status).toBe(404);
    const inParis = `${createdAt.slice(0, -1)}+00:00`;
    expect(readJob(await api("GET", `/jobs/${id}?at=${encodeURIComponent(inParis)}`)).status).toBe("pending");
  });

  test.each(["", "x", "-1", "99999999", "2026-02-30T00:00:00Z", "%00", "1&at=2"])(
    "refuses %p, naming the parameter",
    async (at) => {
      const { id } = await readyJob(api);
      for (const path of [`/jobs/${id}`, `/jobs/${id}/scenes`, "/assets/any"]) {
        const { status, meta } = await api("GET", `${path}?at=${at}`);
        expect({ path, status, details: meta.details }).toMatchObject({ path, status: 422, details: [{ path: "at" }] });
      }
    },
  );

  test.each(["/jobs/nobody", "/jobs/nobody/scenes", "/assets/nobody"])("finds nothing at %s", async (path) => {
    expect((await api("GET", `${path}?at=0`)).status).toBe(404);
  });
});
