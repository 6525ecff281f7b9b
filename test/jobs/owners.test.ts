import { expect, test } from "bun:test";
import { readAsset } from "../support/answer.ts";
import { readClient } from "../support/clients.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import { errorPaths, jobBody, readJob, readJobs } from "../support/jobs.ts";
import { newKey } from "../support/keys.ts";
import { until } from "../support/test_server.ts";

test("nobody sees or uses what is another owner's, and is told what is told of things that there are not", async () => {
  await using both = await startServerAndOrigin();
  const { api, config, eventTypes } = both.server;
  const ann = await newKey(config.dataDir, "ann");
  const bob = await newKey(config.dataDir, "bob");
  const by = (key: typeof ann) => (method: string, path: string, body?: unknown, more?: Record<string, string>) =>
    api(method, path, body, { ...key.headers, ...more });
  const [asAnn, asBob] = [by(ann), by(bob)];
  // Issued beside the running server, which is open until it learns of them, and learns of the last one last.
  await until(async () => (await api("GET", "/jobs")).status === 401);
  await until(async () => (await asBob("GET", "/jobs")).status === 200);
  const clientId = readClient(await asAnn("POST", "/clients", { name: "Ann's" })).id;
  const url = `${both.origin.url}/photo.png`;
  const { id: assetId } = readAsset(await asAnn("POST", "/assets/from-url", { name: "a", type: "image", url }));
  const key = { "idempotency-key": "the-same" };
  const wait = { prefer: "wait=60", ...key };
  const job = readJob(await asAnn("POST", "/jobs", jobBody({ clientId, assets: [{ assetId }] }), wait));
  expect(job).toMatchObject({ status: "storyboard_ready", userId: "ann" });

  const events = eventTypes().length;
  for (const [method, path, body] of [
    ["GET", ""],
    ["GET", "/scenes"],
    ["GET", "/scenes/1"],
    ["PUT", "/scenes/1", { script: "Bob was here" }],
    ["DELETE", "/scenes/1"],
    ["POST", "/scenes/1/regenerate", {}],
    ["POST", "/actions", { action: "approve" }],
    ["GET", "/video"],
    ["GET", "/storyboard.png"],
  ] as const) {
    const foreign = await asBob(method, `/jobs/${job.id}${path}`, body);
    const absent = await asBob(method, `/jobs/0199f0a0-0000-7000-8000-000000000001${path}`, body);
    expect([foreign.status, foreign.error, foreign.meta.code]).toEqual([absent.status, absent.error, absent.meta.code]);
    expect(foreign.status).toBe(404);
  }
  expect(readJobs(await asBob("GET", "/jobs"))).toEqual([]);
  expect(eventTypes()).toHaveLength(events);

  const own = readClient(await asBob("POST", "/clients", { name: "Bob's" })).id;
  expect(errorPaths(await asBob("POST", "/jobs", jobBody({ clientId })))).toEqual(["context.clientId"]);
  const assets = [{ assetId }, { assetId: "nothing" }];
  const refused = await asBob("POST", "/jobs", jobBody({ clientId: own, assets }));
  expect(refused.meta.details).toEqual([
    { path: "creative.assets.0.assetId", message: "No asset has this id" },
    { path: "creative.assets.1.assetId", message: "No asset has this id" },
  ]);
  // A user id in the context gives no rights, and a key of another owner's request is free.
  const body = { ...jobBody({ clientId: own }), context: { clientId: own, userId: "ann" } };
  const his = await asBob("POST", "/jobs", body, wait);
  expect(his.headers.get("idempotency-replayed")).toBeNull();
  expect(readJob(his)).toMatchObject({ userId: "bob", context: { userId: "ann" } });
  expect(readJobs(await asAnn("GET", "/jobs")).map(({ id }) => id)).toEqual([job.id]);
});
