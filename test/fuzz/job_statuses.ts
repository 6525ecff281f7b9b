import { modelAnswer, PROTOCOLS, startProvider } from "../storyboard/provider.ts";
import { newAsset, newClient } from "../support/clients.ts";
import { act, type JobAnswer, jobBody, readJob, waitForStatus } from "../support/jobs.ts";
import type { FuzzCampaign } from "./campaign.ts";

/** A product for which the model never answers, and one for which it answers nonsense. */
const HELD = "a product that nobody can describe";
const NONSENSE = "a product that makes no sense";

/** A model server for jobs that are to stay in planning, and for jobs whose planning is to fail. */
export function startModel(): ReturnType<typeof startProvider> {
  const { answer } = PROTOCOLS.openai;
  const provider = startProvider(() => {
    const text = provider.received.at(-1)?.text ?? "";
    if (text.includes(HELD)) return new Promise<never>(() => {});
    return text.includes(NONSENSE) ? answer("Sure!") : answer(modelAnswer(3));
  });
  return provider;
}

/**
 * Makes a job in every status, with real renders, and names them to the campaign; what is rendered is the smallest that
 * there is, but for one that is still being rendered when the others are done.
 */
export async function settleJobs({ api, origin, known }: FuzzCampaign): Promise<JobAnswer[]> {
  const clientId = await newClient(api);
  const assetId = await newAsset(api, `${origin.url}/photo.jpg`, { clientId });
  known.add("clients", clientId);
  known.add("assets", assetId);

  async function made(status: string, { duration = 3, product = "Bottle", asset = { assetId } as object } = {}) {
    const creative = { videoSpecs: { duration, resolution: "480p" }, assets: [asset] };
    const job = readJob(await api("POST", "/jobs", jobBody({ clientId, creative, adBasics: { product } })));
    known.add("jobs", job.id);
    return await waitForStatus(api, job, status);
  }

  async function approved(duration: number, status: string) {
    const job = await made("storyboard_ready", { duration });
    await act(api, job, { action: "approve" });
    for (const { id } of job.scenes) known.add("scenes", id);
    if (status === "completed") known.add("videos", job.id);
    return await waitForStatus(api, job, status);
  }

  async function cancelled() {
    const job = await made("storyboard_ready");
    await act(api, job, { action: "cancel" });
    return await waitForStatus(api, job, "cancelled");
  }

  const jobs = await Promise.all([
    made("pending", { asset: { url: `${origin.url}/held/for_ever/photo.png`, type: "image" } }),
    made("storyboard_processing", { product: HELD }),
    made("storyboard_ready"),
    made("storyboard_ready"),
    made("storyboard_ready", { duration: 4 }),
    made("storyboard_ready", { duration: 4 }),
    approved(3, "completed"),
    approved(3.5, "completed"),
    cancelled(),
    made("failed", { asset: { url: `${origin.url}/status/404`, type: "image" } }),
    made("failed", { product: NONSENSE }),
  ]);
  jobs.push(await approved(180, "video_processing"));
  return jobs;
}
