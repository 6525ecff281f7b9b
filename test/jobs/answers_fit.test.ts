import { afterAll, beforeAll, expect, test } from "bun:test";
import { modelAnswer, PROTOCOLS } from "../storyboard/provider.ts";
import { readAnswer } from "../support/answer.ts";
import { newClient } from "../support/clients.ts";
import { type Promised, promisedBy } from "../support/fits_document.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import { jobBody, readJob, readyJob } from "../support/jobs.ts";
import { startModelSetting } from "../support/model_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let promised: Promised;
let clientId: string;

beforeAll(async () => {
  both = await startServerAndOrigin();
  promised = promisedBy(await (await both.server.get("/docs/json")).json());
  clientId = await newClient(both.server.api);
});
afterAll(async () => await both[Symbol.asyncDispose]());

/** Asks, and holds the answer against the document. */
async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await both.server.get(`/api/v3${path}`, {
    method,
    headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const misfits = await promised.misfits({ method, path: `/api/v3${path}` }, response);
  expect({ method, path, status: response.status, misfits }).toEqual({
    method,
    path,
    status: response.status,
    misfits: [],
  });
  return response;
}

test("every answer about jobs fits the document, from the first to the last", async () => {
  const wait = { prefer: "wait=60" };
  const asset = (path: string) => ({ url: `${both.origin.url}/${path}` });
  const body = (...assets: object[]) =>
    jobBody({ clientId, assets, creative: { videoSpecs: { duration: 3, resolution: "480p" } } });
  const statuses: Record<string, number> = {};
  const say = async (what: string, response: Promise<Response>) => {
    const answer = await response;
    statuses[what] = answer.status;
    return answer;
  };
  const created = await say(
    "created",
    ask("POST", "/jobs", body(asset("photo.png")), { ...wait, "idempotency-key": "fit" }),
  );
  const job = readJob(await readAnswer(created));
  await say("replayed", ask("POST", "/jobs", body(asset("photo.png")), { "idempotency-key": "fit" }));
  await say("key reused", ask("POST", "/jobs", body(), { "idempotency-key": "fit" }));
  await say("wrong", ask("POST", "/jobs", { context: 5 }));
  await say("source", ask("POST", "/jobs", body({ url: "http://10.0.0.1/" })));
  await say("not JSON", ask("POST", "/jobs", "{", { "content-type": "text/plain" }));
  await say("priced", ask("POST", "/jobs/dry-run", body(asset("photo.png"))));
  await say("priced wrongly", ask("POST", "/jobs/dry-run", {}));
  const failed = readJob(await readAnswer(await say("failed", ask("POST", "/jobs", body(asset("status/404")), wait))));
  await say("retried", ask("POST", `/jobs/${failed.id}/actions`, { action: "retry" }, wait));
  await say("listed", ask("GET", "/jobs?limit=1"));
  await say("listed wrongly", ask("GET", "/jobs?limit=0"));
  await say("read", ask("GET", `/jobs/${job.id}`));
  await say("absent", ask("GET", "/jobs/nope"));
  await say("scenes", ask("GET", `/jobs/${job.id}/scenes`));
  await say("scene", ask("GET", `/jobs/${job.id}/scenes/1`));
  await say("no scene", ask("GET", `/jobs/${job.id}/scenes/9`));
  await say("edited", ask("PUT", `/jobs/${job.id}/scenes/1`, { script: "x" }));
  await say("edited wrongly", ask("PUT", `/jobs/${job.id}/scenes/1`, { duration: 2.9 }));
  await say("stale", ask("PUT", `/jobs/${job.id}/scenes/1`, { script: "y" }, { "if-match": '"1"' }));
  await say("regenerated", ask("POST", `/jobs/${job.id}/scenes/1/regenerate`, { feedback: "x" }));
  await say("regenerating", ask("POST", `/jobs/${job.id}/scenes/1/regenerate`, {}, { prefer: "respond-async" }));
  await say("deleted", ask("DELETE", `/jobs/${job.id}/scenes/1`));
  await say(
    "rejected",
    ask("POST", `/jobs/${job.id}/actions`, { action: "reject_storyboard", payload: { feedback: "x" } }, wait),
  );
  await say("action wrong", ask("POST", `/jobs/${job.id}/actions`, { action: "x" }));
  await say("no video", ask("GET", `/jobs/${job.id}/video`));
  await say("sheet", ask("GET", `/jobs/${job.id}/storyboard.png`));
  await say("approved", ask("POST", `/jobs/${job.id}/actions`, { action: "approve" }, wait));
  await say("too late", ask("POST", `/jobs/${job.id}/actions`, { action: "approve" }));
  await say("locked", ask("DELETE", `/jobs/${job.id}/scenes/1`));
  await say("video", ask("GET", `/jobs/${job.id}/video`));
  await say("part", ask("GET", `/jobs/${job.id}/video`, undefined, { range: "bytes=0-9" }));
  await say("no part", ask("GET", `/jobs/${job.id}/video`, undefined, { range: "bytes=999999999-" }));
  await say("video's head", ask("HEAD", `/jobs/${job.id}/video`));
  await say("thumbnail", ask("GET", `/jobs/${job.id}/thumbnail`));
  await say("completed", ask("GET", `/jobs/${job.id}`));
  const other = await readyJob(both.server.api, { clientId });
  await say("cancelled", ask("POST", `/jobs/${other.id}/actions`, { action: "cancel" }));
  expect(statuses).toEqual({
    created: 200,
    replayed: 202,
    "key reused": 422,
    wrong: 422,
    source: 422,
    "not JSON": 415,
    priced: 200,
    "priced wrongly": 422,
    failed: 200,
    retried: 200,
    listed: 200,
    "listed wrongly": 422,
    read: 200,
    absent: 404,
    scenes: 200,
    scene: 200,
    "no scene": 404,
    edited: 200,
    "edited wrongly": 422,
    stale: 412,
    regenerated: 200,
    regenerating: 202,
    deleted: 200,
    rejected: 200,
    "action wrong": 422,
    "no video": 404,
    sheet: 200,
    approved: 200,
    "too late": 409,
    locked: 409,
    video: 200,
    part: 206,
    "no part": 416,
    "video's head": 200,
    thumbnail: 200,
    completed: 200,
    cancelled: 200,
  });
});

test("a scene that a model cannot regenerate is answered as documented, by its own path and by an action", async () => {
  const { answer } = PROTOCOLS.openai;
  await using setting = await startModelSetting("openai", answer(modelAnswer(3)), answer("Sure!"));
  const { server } = setting;
  const job = await readyJob(server.api);
  const asks = [
    ["scenes/1/regenerate", {}],
    ["actions", { action: "regenerate_scene", payload: { sceneNumber: 1 } }],
  ] as const;
  for (const [path, body] of asks) {
    const target = `/api/v3/jobs/${job.id}/${path}`;
    const headers = { "content-type": "application/json" };
    const response = await server.get(target, { method: "POST", headers, body: JSON.stringify(body) });
    const misfits = await promised.misfits({ method: "POST", path: target }, response);
    expect({ path, status: response.status, misfits }).toEqual({ path, status: 502, misfits: [] });
  }
});
