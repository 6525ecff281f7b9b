import type { FileCache } from "../../blobs/mod.ts";
import { type EventLog, fold } from "../../event_log/mod.ts";
import type { Renderer } from "../../media/mod.ts";
import { jobDecider } from "../decide.ts";
import { jobStream } from "../events.ts";
import type { JobState } from "../state.ts";
import { animaticOfJob, type SpecDeps } from "./animatic_of_job.ts";
import { brandAssetIds } from "./brand_files.ts";

/** The dependencies of a contact sheet. */
export interface ContactSheetDeps {
  readonly log: EventLog;
  readonly blobs: SpecDeps["blobs"];
  readonly renderer: Renderer;
  readonly storedAsset: SpecDeps["storedAsset"];
  readonly pictures: SpecDeps["pictures"];
  readonly cache: FileCache;
  readonly owner: string;
  /** Waits for a place among the drawings. */
  readonly enter: (signal: AbortSignal) => Promise<Disposable>;
  readonly signal: AbortSignal;
}

/** Draws a PNG of all scenes of a job with their numbers and durations, cached per content of the storyboard. */
export async function contactSheetOf(jobId: string, deps: ContactSheetDeps): Promise<Uint8Array<ArrayBuffer>> {
  const { log, cache, signal } = deps;
  const job = fold(jobDecider, jobId, await log.readStream(jobStream(jobId)));
  using sheet = await cache.hold(
    sheetKey(jobId, job, deps),
    (path, stop) => draw(job, path, { ...deps, signal: stop }),
    {
      signal,
    },
  );
  return await Bun.file(sheet.path).bytes();
}

async function draw(job: JobState, path: string, deps: ContactSheetDeps): Promise<void> {
  const { renderer, signal, enter } = deps;
  using _place = await enter(signal);
  await using held = await animaticOfJob(job, deps);
  await renderer.contactSheet(held.spec, path, { signal });
}

/** Returns a cache key of everything that a sheet shows. */
function sheetKey(jobId: string, { created, scenes }: JobState, { storedAsset }: ContactSheetDeps): string {
  const ids = [...(created?.assets ?? []).map(({ assetId }) => assetId), ...brandAssetIds(created?.brand)];
  const assets = ids.map((assetId) => [assetId, storedAsset(assetId) ?? null]);
  const { product, callToAction } = created?.request.adBasics ?? {};
  const seen = [scenes, created?.specs.format, created?.brand, product, callToAction, assets];
  return `sheet ${jobId} ${new Bun.CryptoHasher("sha256").update(JSON.stringify(seen)).digest("hex")}`;
}
