import { expect, test } from "bun:test";
import { newClient } from "../support/clients.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import { jobBody, readJob, readJobs, sumTenths, waitForStatus } from "../support/jobs.ts";
import { fixture } from "../support/origin.ts";

const JOBS = 50;
const ASSETS = 5;

test("fifty jobs of five assets each, asked for at once, all come to their storyboards, and reads go on", async () => {
  await using both = await startServerAndOrigin();
  const { origin, server } = both;
  const clientId = await newClient(server.api);
  const picture = await fixture("photo.png");
  for (let n = 0; n < JOBS * ASSETS; n++) origin.put(`/many/${n}.png`, picture);

  const create = async (job: number) => {
    const assets = Array.from({ length: ASSETS }, (_, n) => ({ url: `${origin.url}/many/${job * ASSETS + n}.png` }));
    return await server.api("POST", "/jobs", jobBody({ clientId, assets }), { prefer: "wait=60" });
  };
  let busy = true;
  const reading = (async () => {
    let reads = 0;
    let slowest = 0;
    while (busy) {
      const at = performance.now();
      expect((await server.api("GET", "/jobs?limit=10")).status).toBe(200);
      slowest = Math.max(slowest, performance.now() - at);
      reads++;
      await Bun.sleep(20);
    }
    return { reads, slowest };
  })();
  const answers = await Promise.all(Array.from({ length: JOBS }, (_, job) => create(job)));
  busy = false;
  const { reads, slowest } = await reading;

  for (const answer of answers) {
    // Nobody waits for more than a minute: on a busy machine the last of them are told to ask again.
    expect([200, 202]).toContain(answer.status);
    const job = await waitForStatus(server.api, readJob(answer), "storyboard_ready", "failed");
    expect(job).toMatchObject({ status: "storyboard_ready", error: null });
    expect(sumTenths(job.scenes)).toBe(60);
    expect(new Set(job.scenes.flatMap((scene) => scene.assets))).toEqual(new Set(job.assetIds));
  }
  expect(readJobs(await server.api("GET", "/jobs?limit=1000"))).toHaveLength(JOBS);
  // A download whose process is lost is run again, so the origin may see more requests; the log has each asset once.
  expect(new Set(origin.requests).size).toBe(JOBS * ASSETS);
  const types = server.eventTypes();
  for (const once of ["BlobStored", "AssetInspected"]) {
    expect(types.filter((type) => type === once)).toHaveLength(JOBS * ASSETS);
  }
  expect(types.filter((type) => type === "ScenesGenerated")).toHaveLength(JOBS);
  expect(reads).toBeGreaterThan(3);
  // Not a measurement, only that nothing holds up the event loop for good.
  expect(slowest).toBeLessThan(30_000);
}, 180_000);
