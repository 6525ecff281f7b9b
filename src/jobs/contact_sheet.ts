import type { EventLog } from "../event_log/mod.ts";
import { fold } from "../event_log/mod.ts";
import type { Renderer } from "../media/mod.ts";
import { animaticOfJob, type SpecDeps } from "./animatic_of_job.ts";
import { jobDecider } from "./decide.ts";
import { jobStream } from "./events.ts";

/** What a contact sheet is drawn with. */
export interface ContactSheetDeps {
  readonly log: EventLog;
  readonly blobs: SpecDeps["blobs"];
  readonly renderer: Renderer;
  readonly storedAsset: SpecDeps["storedAsset"];
}

/** A PNG of all scenes of a job with their numbers and durations. Nothing is kept of it. */
export async function drawContactSheet(
  jobId: string,
  { log, blobs, renderer, storedAsset, signal }: ContactSheetDeps & { readonly signal: AbortSignal },
): Promise<Uint8Array<ArrayBuffer>> {
  const job = fold(jobDecider, jobId, await log.readStream(jobStream(jobId)));
  await using held = await animaticOfJob(job, { blobs, storedAsset });
  await using file = await blobs.scratch(".png");
  await renderer.contactSheet(held.spec, file.path, { signal });
  return await Bun.file(file.path).bytes();
}
