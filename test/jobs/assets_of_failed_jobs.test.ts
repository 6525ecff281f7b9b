import { expect, test } from "bun:test";
import { act, jobBody, jobOf } from "../support/jobs.ts";
import { newClient } from "../support/people.ts";
import { startBoth } from "../support/sources.ts";

test("an asset of a failed job: it stays while a retry needs it, and goes once the job is cancelled", async () => {
  await using both = await startBoth();
  const { api } = both.server;
  const clientId = await newClient(api);
  const body = jobBody({ clientId, assets: [{ url: `${both.origin.url}/none.png` }] });
  const failed = jobOf(await api("POST", "/jobs", body, { prefer: "wait=60" }));
  expect(failed).toMatchObject({ status: "failed", allowedActions: ["retry", "cancel"] });
  const path = `/assets/${failed.assetIds[0]}`;

  const refused = await api("DELETE", path);
  expect(`${refused.status} ${refused.meta.code}`).toBe("409 conflict");
  expect(refused.meta.details).toEqual({ jobIds: [failed.id] });
  const client = await api("DELETE", `/clients/${clientId}`);
  expect(client.meta.details).toEqual({ openJobs: 1, assets: 1, jobIds: [failed.id] });
  expect(client.text).toContain("1 open job and 1 asset; ?cascade=true cancels the job and deletes the asset");

  expect((await act(api, failed, { action: "cancel" })).status).toBe(200);
  expect((await api("DELETE", path)).status).toBe(200);
});
