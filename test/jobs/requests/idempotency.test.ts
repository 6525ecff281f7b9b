import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newClient } from "../../support/clients.ts";
import { startServerAndOrigin } from "../../support/imports.ts";
import { act, jobBody, jobNow, readJob, readScene, readyJob, waitForStatus } from "../../support/jobs.ts";
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

const keyed = (key: string, more: Record<string, string> = {}) => ({ "idempotency-key": key, ...more });
const eventsAfter = async (work: () => Promise<unknown>) => {
  const before = both.server.eventTypes().length;
  await work();
  return both.server.eventTypes().slice(before);
};
const bodyWith = (file: string) => jobBody({ clientId, assets: [{ url: `${both.origin.url}/${file}` }] });

describe("POST /jobs with an Idempotency-Key", () => {
  test("makes one job and imports its assets once, and the retry waits for the outcome, too", async () => {
    const body = bodyWith("photo.png?key");
    const first = await api("POST", "/jobs", body, keyed("job-1"));
    expect(first.status).toBe(202);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    const second = await api("POST", "/jobs", body, keyed("job-1", { prefer: "wait=60" }));
    expect(second.status).toBe(200);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
    expect(readJob(second)).toMatchObject({ id: readJob(first).id, status: "storyboard_ready" });
    expect(both.origin.requests.filter((path) => path === "/photo.png?key")).toHaveLength(1);
  });

  test("ten times at once makes one job", async () => {
    const body = bodyWith("photo.jpg?key");
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => api("POST", "/jobs", body, keyed("job-2", { prefer: "wait=60" }))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => readJob(answer).id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.has("idempotency-replayed"))).toHaveLength(9);
    expect(both.origin.requests.filter((path) => path === "/photo.jpg?key")).toHaveLength(1);
  });

  test("is the same request whatever the order of its fields, and another body is refused", async () => {
    const body = jobBody({ clientId });
    const { context, ...rest } = body;
    const first = await api("POST", "/jobs", body, keyed("job-3"));
    expect(readJob(await api("POST", "/jobs", { ...rest, context }, keyed("job-3"))).id).toBe(readJob(first).id);
    const events = await eventsAfter(async () => {
      const other = jobBody({ clientId, adBasics: { product: "Another" } });
      for (const refused of [
        await api("POST", "/jobs", other, keyed("job-3")),
        await act(api, readJob(first), { action: "cancel", headers: keyed("job-3") }),
        await api("POST", "/clients", { name: "x" }, keyed("job-3")),
      ]) {
        expect(refused).toMatchObject({ status: 422, meta: { code: "idempotency_key_reused" } });
      }
    });
    expect(events.filter((type) => type !== "ScenesGenerated" && type !== "JobAssetsReady")).toEqual([]);
  });

  test("replays a failure, also when what the request names is gone meanwhile", async () => {
    const own = await newClient(api, "Own");
    const body = jobBody({ clientId: own, assets: [{ url: `${both.origin.url}/status/404?key` }] });
    const wait = { prefer: "wait=60" };
    const first = readJob(await api("POST", "/jobs", body, keyed("job-4", wait)));
    expect(first).toMatchObject({ status: "failed", error: { code: "source_error" } });
    await api("DELETE", `/clients/${own}?cascade=true`);
    const second = await api("POST", "/jobs", body, keyed("job-4", wait));
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(readJob(second)).toMatchObject({ id: first.id, status: "cancelled" });
    expect(both.origin.requests.filter((path) => path === "/status/404?key")).toHaveLength(1);
  });

  test.each(["", "a b", "é", "x".repeat(256)])("refuses the key %p", async (key) => {
    const status = await fetch(`${both.server.url}/api/v3/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify(jobBody({ clientId })),
    }).then(
      (response) => response.status,
      () => "not sent",
    );
    // Bun's own client may refuse to send it at all.
    expect(["not sent", 422]).toContain(status);
  });
});

describe("an action with an Idempotency-Key", () => {
  test("is taken once, and the retry is answered like the first", async () => {
    const job = await readyJob(api, { clientId });
    const payload = { feedback: "Warmer" };
    const asked = { action: "reject_storyboard", payload };
    const first = await act(api, job, { ...asked, headers: keyed("act-1") });
    expect(first.status).toBe(202);
    await waitForStatus(api, job, "storyboard_ready");
    const events = await eventsAfter(async () => {
      const again = await act(api, job, { ...asked, headers: keyed("act-1") });
      expect({ status: again.status, replayed: again.headers.get("idempotency-replayed") }).toEqual({
        status: 202,
        replayed: "true",
      });
      const waited = await act(api, job, { ...asked, headers: keyed("act-1", { prefer: "wait=60" }) });
      expect({ status: waited.status, job: readJob(waited).status }).toEqual({ status: 200, job: "storyboard_ready" });
    });
    expect(events).toEqual([]);
  });

  test("is not refused for the version that it has made stale itself", async () => {
    const job = await readyJob(api, { clientId });
    const headers = keyed("act-2", { "if-match": `"${job.version}"` });
    const answers = [];
    for (let round = 0; round < 3; round++) {
      answers.push(await act(api, job, { action: "regenerate_all_scenes", headers }));
    }
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  });

  test("ten approvals at once are one approval and nine replays", async () => {
    const job = await readyJob(api, { clientId });
    const events = await eventsAfter(async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => act(api, job, { action: "approve", headers: keyed("act-3") })),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      expect(answers.filter(({ headers }) => headers.has("idempotency-replayed"))).toHaveLength(9);
    });
    expect(events.filter((type) => type === "StoryboardApproved")).toHaveLength(1);
    await act(api, job, { action: "cancel" });
  });

  test("retries of a failed job at once are one retry", async () => {
    const body = jobBody({ clientId, assets: [{ url: `${both.origin.url}/status/500?act` }] });
    const job = readJob(await api("POST", "/jobs", body, { prefer: "wait=60" }));
    const events = await eventsAfter(async () => {
      const headers = keyed("act-4", { prefer: "wait=60" });
      const answers = await Promise.all(Array.from({ length: 5 }, () => act(api, job, { action: "retry", headers })));
      expect(answers.map((answer) => [answer.status, readJob(answer).status])).toEqual(Array(5).fill([200, "failed"]));
    });
    expect(events.filter((type) => type === "JobRetried")).toHaveLength(1);
  });

  test("regenerates a scene once, and another scene with that key is refused", async () => {
    const job = await readyJob(api, { clientId });
    const path = `/jobs/${job.id}/scenes/1/regenerate`;
    const first = await api("POST", path, { feedback: "Bolder" }, keyed("scene-1"));
    const events = await eventsAfter(async () => {
      const second = await api("POST", path, { feedback: "Bolder" }, keyed("scene-1"));
      expect(second.status).toBe(200);
      expect(second.headers.get("idempotency-replayed")).toBe("true");
      expect(second.data).toEqual(first.data);
      const other = `/jobs/${job.id}/scenes/2/regenerate`;
      expect((await api("POST", other, { feedback: "Bolder" }, keyed("scene-1"))).status).toBe(422);
    });
    expect(events).toEqual([]);
    expect((await jobNow(api, job)).scenes[0]).toEqual(JSON.parse(first.text).data);
  });
});

describe("a regeneration of a scene by its number, asked for again", () => {
  test("answers the scene of the first request, also when that has another number now", async () => {
    const job = await readyJob(api, { clientId });
    const [first, second] = job.scenes;
    const path = `/jobs/${job.id}/scenes/2/regenerate`;
    const headers = keyed("by-number", { prefer: "wait=60" });
    expect(readScene(await api("POST", path, {}, headers)).id).toBe(second?.id ?? "");
    expect((await api("DELETE", `/jobs/${job.id}/scenes/${first?.id}`)).status).toBe(200);
    const again = await api("POST", path, {}, headers);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(readScene(again)).toMatchObject({ id: second?.id ?? "", sceneNumber: 1 });
  });
});
