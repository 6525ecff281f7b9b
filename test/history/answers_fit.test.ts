import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Promised, promisedBy } from "../support/fits_document.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { act, readyJob } from "../support/jobs.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let promised: Promised;
beforeAll(async () => {
  both = await startServerAndOrigin();
  promised = promisedBy(await (await both.server.get("/docs/json")).json());
});
afterAll(async () => {
  await both[Symbol.asyncDispose]();
});

describe("what the log shows of itself fits the document", () => {
  test("histories, revisions, the past, streams that end, and their refusals", async () => {
    const { server, origin } = both;
    const asset = await importAsset(server.api, origin);
    const { id } = await readyJob(server.api, { assets: [{ assetId: asset.id }] });
    await server.api("PUT", `/jobs/${id}/scenes/1`, { script: "Another" });
    await server.api("DELETE", `/jobs/${id}/scenes/2`);
    await act(server.api, { id }, { action: "cancel" });
    const last = server.eventTypes().length;
    for (const [path, status] of [
      [`/assets/${asset.id}/history`, 200],
      [`/assets/${asset.id}/history?limit=1`, 200],
      ["/assets/nobody/history", 404],
      [`/assets/${asset.id}?at=${last}`, 200],
      [`/assets/${asset.id}?at=0`, 404],
      [`/assets/${asset.id}?at=x`, 422],
      [`/jobs/${id}/history`, 200],
      [`/jobs/${id}/history?limit=0`, 422],
      [`/jobs/${id}?at=${last}`, 200],
      [`/jobs/${id}?at=x`, 422],
      [`/jobs/${id}/scenes?at=${last}`, 200],
      [`/jobs/${id}/scenes?at=99999`, 422],
      [`/jobs/${id}/scenes/1/revisions`, 200],
      [`/jobs/${id}/scenes/9/revisions`, 404],
      [`/jobs/${id}/events`, 200],
      [`/jobs/${id}/events?lastEventId=${last}`, 204],
      [`/jobs/${id}/events?lastEventId=x`, 422],
      ["/jobs/nobody/events", 404],
      ["/events?type=Nothing", 422],
    ] as const) {
      const asked = { method: "GET", path: `/api/v3${path}` };
      const response = await server.get(asked.path);
      const misfits = await promised.misfits(asked, response);
      expect({ path, status: response.status, misfits }).toEqual({ path, status, misfits: [] });
    }
  });
});
