import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newCampaign, newClient } from "../support/clients.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import { act, errorPaths, jobBody, readJob, readJobs, readyJob } from "../support/jobs.ts";
import type { Api } from "../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let api: Api;
let acme: string;
let other: string;
let campaign: string;
/** Newest first: ready in the campaign, failed, cancelled, ready of another client. */
let ids: string[];

beforeAll(async () => {
  both = await startServerAndOrigin();
  ({ api } = both.server);
  acme = await newClient(api);
  other = await newClient(api, "Other");
  campaign = await newCampaign(api, acme);
  const foreign = await readyJob(api, { clientId: other });
  const cancelled = await readyJob(api, { clientId: acme });
  await act(api, cancelled, { action: "cancel" });
  const assets = [{ url: `${both.origin.url}/photo.png` }, { url: `${both.origin.url}/status/404` }];
  const failed = readJob(await api("POST", "/jobs", jobBody({ clientId: acme, assets }), { prefer: "wait=60" }));
  const ready = await readyJob(api, { clientId: acme, campaignId: campaign, assets: [assets[0] ?? {}] });
  ids = [ready.id, failed.id, cancelled.id, foreign.id];
});
afterAll(async () => await both[Symbol.asyncDispose]());

const idsOf = (jobs: readonly { id: string }[]) => jobs.map(({ id }) => id);

describe("GET /jobs", () => {
  test("lists all jobs, newest first, as GET of each has them", async () => {
    const answer = await api("GET", "/jobs");
    const jobs = readJobs(answer);
    expect(idsOf(jobs)).toEqual(ids);
    expect(answer.meta.total).toBe(4);
    for (const job of jobs) expect(readJob(await api("GET", `/jobs/${job.id}`))).toEqual(job);
  });

  test.each<[string, () => string, number[]]>([
    ["a client", () => `client_id=${acme}`, [0, 1, 2]],
    ["a campaign", () => `campaign_id=${campaign}`, [0]],
    ["a status", () => "status=storyboard_ready", [0, 3]],
    ["a status and a client", () => `status=storyboard_ready&client_id=${other}`, [3]],
    ["failed ones", () => "status=failed", [1]],
    ["a client that there is not", () => "client_id=nobody", []],
    ["nothing that is rendering", () => "status=video_processing", []],
  ])("filters by %s, with an exact total", async (_what, query, expected) => {
    const answer = await api("GET", `/jobs?${query()}`);
    expect(idsOf(readJobs(answer))).toEqual(expected.map((at) => ids[at] ?? ""));
    expect(answer.meta.total).toBe(expected.length);
  });

  test.each([
    ["status", "done"],
    ["status", ""],
    ["limit", "0"],
    ["limit", "1001"],
    ["limit", "1e2"],
    ["offset", "-1"],
    ["cursor", "x"],
    ["client_id", ""],
  ])("refuses %s=%s", async (name, value) => {
    const answer = await api("GET", `/jobs?${name}=${value}`);
    expect({ status: answer.status, code: answer.meta.code }).toEqual({ status: 422, code: "validation_failed" });
    expect(errorPaths(answer)).toEqual([name]);
  });

  test("pages by cursor along the Link header, and by offset", async () => {
    const seen: string[] = [];
    let path: string | undefined = `/jobs?limit=1&client_id=${acme}`;
    while (path !== undefined) {
      const answer = await api("GET", path);
      seen.push(...idsOf(readJobs(answer)));
      path = /<\/api\/v3([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
    }
    expect(seen).toEqual(ids.slice(0, 3));
    const second = await api("GET", "/jobs?limit=2&offset=2");
    expect(idsOf(readJobs(second))).toEqual(ids.slice(2));
    expect(second.meta).toMatchObject({ total: 4, page: 2 });
  });
});

describe("stats", () => {
  test("count jobs by status, videos and costs, of a client and of a campaign", async () => {
    const client = await api("GET", `/clients/${acme}/stats`);
    expect(client.data).toMatchObject({
      campaigns: 1,
      jobs: { total: 3, byStatus: { storyboard_ready: 1, failed: 1, cancelled: 1 } },
      videos: 0,
      cost: 0.001,
    });
    const ofCampaign = await api("GET", `/campaigns/${campaign}/stats`);
    expect(ofCampaign.data).toMatchObject({ jobs: { total: 1, byStatus: { storyboard_ready: 1 } }, cost: 0.001 });
  });
});

describe("how far a job is", () => {
  test("is told as far as it came, also for one that failed or was cancelled", async () => {
    const jobs = readJobs(await api("GET", "/jobs"));
    const failed = jobs.find(({ status }) => status === "failed");
    // Half of the assets may or may not have been there when the other half failed.
    expect([0, 15]).toContain(failed?.progress.percentage ?? -1);
    expect(jobs.map(({ progress }) => [progress.currentStep, progress.percentage])).toEqual([
      ["awaiting_approval", 50],
      ["failed", failed?.progress.percentage ?? -1],
      ["cancelled", 50],
      ["awaiting_approval", 50],
    ]);
  });
});
