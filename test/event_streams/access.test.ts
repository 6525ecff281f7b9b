import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newClient } from "../support/clients.ts";
import { openStream } from "../support/event_stream.ts";
import { act, jobBody, readJob, waitForStatus } from "../support/jobs.ts";
import { keys, newKey } from "../support/keys.ts";
import { type Api, startTestServer, type TestServer, until } from "../support/test_server.ts";

let server: TestServer;
let ann: string;
let bob: string;
beforeAll(async () => {
  server = await startTestServer();
  ann = (await newKey(server.config.dataDir, "ann")).key;
  bob = (await newKey(server.config.dataDir, "bob")).key;
  // Until the server has met the keys it is open, and answers everybody as `local`.
  for (const [owner, key] of [
    ["ann", ann],
    ["bob", bob],
  ] as const) {
    await until(async () => (await as(key)("GET", "/me")).text.includes(`"owner":"${owner}"`));
  }
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const as =
  (key: string): Api =>
  (method, path, body, headers) =>
    server.api(method, path, body, { "x-api-key": key, ...headers });
const open = (key: string, path = "/events", headers: Record<string, string> = {}) =>
  openStream(`${server.url}/api/v3${path}`, { "x-api-key": key, ...headers });

describe("with keys", () => {
  test("a stream, a history and the past are for their owner only", async () => {
    await using annsEvents = await open(ann);
    await using bobsEvents = await open(bob);
    await bobsEvents.frame();
    const clientId = await newClient(as(ann));
    const { id } = readJob(await as(ann)("POST", "/jobs", jobBody({ clientId }), { prefer: "wait=30" }));
    await waitForStatus(as(ann), { id }, "storyboard_ready");
    await act(as(ann), { id }, { action: "cancel" });
    await newClient(as(bob), "Of Bob");
    expect(await annsEvents.next()).toMatchObject({ type: "ClientCreated", stream: `client-${clientId}` });
    expect(await bobsEvents.next()).toMatchObject({ type: "ClientCreated", data: { name: "Of Bob" } });

    await using own = await open(ann, `/jobs/${id}/events`);
    expect((await own.rest()).at(-1)?.type).toBe("JobCancelled");
    for (const path of [
      `/jobs/${id}/events`,
      `/jobs/${id}/history`,
      `/jobs/${id}?at=9999`,
      `/jobs/${id}?at=5`,
      `/jobs/${id}/scenes?at=5`,
      `/jobs/${id}/scenes/1/revisions`,
    ]) {
      const { status, text } = await as(bob)("GET", path);
      expect({ path, status: path.endsWith("9999") ? 404 : status }).toEqual({ path, status: 404 });
      expect(text).not.toContain("Aurora");
    }
    await using all = await open(bob, "/events", { "last-event-id": "0" });
    await newClient(as(bob), "The last");
    for (let event = await all.next(); Object(event?.data).name !== "The last"; event = await all.next()) {
      expect(["Of Bob", "key"]).toContain(Object(event?.data).name ?? event?.stream.slice(0, 3));
    }
  });

  test("the events of a key say nothing that leads to it", async () => {
    await using stream = await open(ann, "/events?type=ApiKeyIssued", { "last-event-id": "0" });
    const event = await stream.next();
    expect(event?.data).toEqual({ label: null, scope: "write", expiresAt: null });
    expect(event?.sentence).toStartWith("An API key with the scope write was issued");
  });

  test("a stream without a key is refused, and one whose key is revoked ends and does not come back", async () => {
    const { status } = await server.api("GET", "/events");
    expect(status).toBe(401);
    const { key, id } = await newKey(server.config.dataDir, "ann");
    await until(async () => (await server.get("/api/v3/me", { headers: { "x-api-key": key } })).status === 200);
    const streams = [await open(key), await open(key)];
    await using other = await open(ann);
    const ended = Promise.all(streams.map((stream) => stream.rest()));
    await keys(server.config.dataDir, "revoke", id);
    await ended;
    expect((await open(key)).response.status).toBe(401);
    await newClient(as(ann), "Still there");
    for (let event = await other.next(); Object(event?.data).name !== "Still there"; event = await other.next()) {
      expect(event).toBeDefined();
    }
  });
});
