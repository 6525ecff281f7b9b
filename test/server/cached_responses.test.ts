import { expect, test } from "bun:test";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { readyJob } from "../support/jobs.ts";
import { newKey } from "../support/keys.ts";
import { until } from "../support/test_server.ts";

test("an asset that was just read is answered as it is after each change, and not when it is deleted", async () => {
  await using both = await startServerAndOrigin();
  const { api } = both.server;
  const { id } = await importAsset(api, both.origin);
  for (let n = 0; n < 30; n++) {
    await api("GET", `/assets/${id}`);
    await api("PATCH", `/assets/${id}`, { name: `Name ${n}` });
    expect((await api("GET", `/assets/${id}`)).data).toMatchObject({ id, name: `Name ${n}` });
  }
  await api("DELETE", `/assets/${id}`);
  expect((await api("GET", `/assets/${id}`)).status).toBe(404);
});

test("a job that was just read has its new scenes, ETag and status after each change", async () => {
  await using both = await startServerAndOrigin();
  const { api } = both.server;
  const { id: assetId } = await importAsset(api, both.origin);
  const { id } = await readyJob(api, { assets: [{ assetId }] });
  for (let n = 0; n < 10; n++) {
    const before = (await api("GET", `/jobs/${id}`)).headers.get("etag");
    await api("PUT", `/jobs/${id}/scenes/1`, { description: `Take ${n}` });
    const after = await api("GET", `/jobs/${id}`);
    expect(after.text).toContain(`"description":"Take ${n}"`);
    expect(after.headers.get("etag")).not.toBe(before);
    expect(after.data).toMatchObject({ version: Number(after.headers.get("etag")?.slice(1, -1)) });
  }
  await api("POST", `/jobs/${id}/actions`, { action: "cancel" });
  expect((await api("GET", `/jobs/${id}`)).data).toMatchObject({ status: "cancelled", allowedActions: [] });
});

test("what is kept is the data alone: every answer has its own request id, time and headers", async () => {
  await using both = await startServerAndOrigin();
  const { api } = both.server;
  const { id } = await importAsset(api, both.origin);
  const ask = (requestId: string) => api("GET", `/assets/${id}`, undefined, { "x-request-id": requestId });
  const [one, other] = [await ask("one"), await ask("other")];
  expect([one.meta.requestId, other.meta.requestId]).toEqual(["one", "other"]);
  expect([one.headers.get("x-request-id"), other.headers.get("x-request-id")]).toEqual(["one", "other"]);
  expect(other.headers.get("content-type")).toBe("application/json;charset=utf-8");
  expect(Date.parse(String(other.meta.timestamp))).toBeGreaterThanOrEqual(Date.parse(String(one.meta.timestamp)));
  expect(other.data).toEqual(one.data);
});

test("what was read by its owner is not there for anybody else, nor unsigned once there are keys", async () => {
  await using both = await startServerAndOrigin();
  const { api, config } = both.server;
  const { id } = await importAsset(api, both.origin);
  expect((await api("GET", `/assets/${id}`)).data).toMatchObject({ url: `/api/v3/assets/${id}/data` });
  const local = await newKey(config.dataDir, "local");
  const other = await newKey(config.dataDir, "other");
  await until(async () => (await both.server.get("/api/v3/me")).status === 401);
  const own = await api("GET", `/assets/${id}`, undefined, local.headers);
  expect(own.data).toMatchObject({ url: expect.stringMatching(/\/data\?expires=\d+&signature=/) });
  expect((await api("GET", `/assets/${id}`, undefined, other.headers)).status).toBe(404);
  expect((await api("GET", `/assets/${id}`)).status).toBe(401);
});
