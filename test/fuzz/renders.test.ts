import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { createCatalogue, databasePath, verify } from "../../src/event_log/mod.ts";
import { JOB_STATUSES } from "../../src/jobs/workflow.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { act } from "../support/jobs.ts";
import { modelEnv } from "../support/model_server.ts";
import { temporaryDirectory } from "../support/test_server.ts";
import { type FuzzCampaign, startFuzzCampaign } from "./campaign.ts";
import { faultsIn, residentBytes } from "./health.ts";
import { isOfJob, jobRequestsOf } from "./job_requests.ts";
import { settleJobs, startModel } from "./job_statuses.ts";
import type { Operation } from "./operations.ts";
import { SEED } from "./seed.ts";

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 1_800);
/** The most growth of a server in the second round, in bytes. */
const MAY_GROW = 96 * 2 ** 20;

test(`whatever is asked of a job in any status is answered as the document says, with the seed ${SEED}`, async () => {
  const dataDir = await temporaryDirectory();
  await using model = startModel();
  try {
    await using campaign = await startFuzzCampaign(dataDir, { withKeys: true, env: modelEnv("openai", model.url) });
    const findings: string[] = [];
    for (const round of [1, 2]) {
      const jobs = await settleJobs(campaign);
      expect(new Set<string>(jobs.map(({ status }) => status))).toEqual(new Set(JOB_STATUSES));
      const before = await residentBytes(campaign.server.pid);
      findings.push(...(await fireAt(campaign, SEED + 1_000 * round)));
      const grown = (await residentBytes(campaign.server.pid)) - before;
      // What is still being rendered would only take the time of the next round.
      for (const job of jobs) await act(campaign.api, job, { action: "cancel" });
      if (round === 2 && grown > MAY_GROW) findings.push(`the server grew by ${Math.round(grown / 2 ** 20)} MiB`);
    }
    expect(findings).toEqual([]);
    // Bytes, parts of them, refused ranges and versions: the requests have come as far as that.
    for (const status of ["200", "202", "206", "304", "404", "409", "412", "416", "422"]) {
      expect({ status, count: campaign.statuses.get(status) ?? 0 }).not.toEqual({ status, count: 0 });
    }
    console.log(`fuzz: ${[...campaign.statuses].map(([status, count]) => `${status} ${count} times`).join(", ")}`);
    expect(faultsIn(campaign.server.logs)).toEqual([]);
    campaign.server.kill("SIGTERM");
    expect(await campaign.server.exited).toBe(0);
    const catalogue = createCatalogue(allEvents);
    expect(verify(databasePath(dataDir), allProjections, { catalogue }).differences).toEqual([]);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}, 600_000);

/** One round over all that can be asked of a job; what changes jobs comes last. */
async function fireAt(campaign: FuzzCampaign, seed: number): Promise<string[]> {
  const operations = campaign.operations.filter(isOfJob).toSorted((a, b) => Number(changes(a)) - Number(changes(b)));
  const share = REQUESTS / 2 / operations.reduce((sum, each) => sum + weightOf(each), 0);
  const findings: string[] = [];
  for (const [index, operation] of operations.entries()) {
    const requests = Math.ceil(share * weightOf(operation));
    const finding = await campaign.fire(operation, { seed: seed + index, requests, requestsOf: jobRequestsOf });
    if (finding !== null) findings.push(finding);
  }
  return findings;
}

function changes({ method }: Operation): boolean {
  return method !== "GET" && method !== "HEAD";
}

/** A stream of events is read for a while, and a sheet is drawn anew each time. */
function weightOf({ template, method }: Operation): number {
  if (template.endsWith("/storyboard.png")) return 0.5;
  if (template.endsWith("/events")) return 1;
  return /\/(video|actions)$/.test(template) && method !== "HEAD" ? 6 : 2;
}
