import { blobIdOf } from "../../assets/mod.ts";
import type { BlobStore } from "../../blobs/mod.ts";
import { AppError } from "../../core/errors.ts";
import type { Quotas } from "../../core/quotas.ts";
import { isPassing, LostWork } from "../../core/shortage.ts";
import { todoQueue, type Worker } from "../../event_log/mod.ts";
import {
  deadly,
  type MediaService,
  type Renderer,
  THUMBNAIL_CONTENT_TYPE,
  VIDEO_CONTENT_TYPE,
} from "../../media/mod.ts";
import { createJobWorker, type JobWorkerDeps, jobErrorOf, type RecordOutcome } from "../job_worker.ts";
import { renderCost } from "../requests/costs.ts";
import type { JobState } from "../state.ts";
import { jobsToRender } from "../tables.ts";
import { animaticOfJob, FIRST_OUTPUT, type StoredAsset } from "./animatic_of_job.ts";
import type { Pictures } from "./pictures.ts";

/** The dependencies of the render worker. */
export interface RenderDeps extends JobWorkerDeps {
  readonly blobs: BlobStore;
  readonly media: MediaService;
  readonly renderer: Renderer;
  readonly pictures: Pictures;
  readonly quotas: Quotas;
  readonly storedAsset: (owner: string, assetId: string) => StoredAsset | undefined;
}

/** The step between two progress events, which keeps the log small. */
const PROGRESS_STEP = 0.1;

/** Creates the worker that renders approved storyboards. A render restarts after a crash and stops on cancellation. */
export function createRenderWorker(deps: RenderDeps): Worker {
  const { read, blobs, media, renderer, quotas, storedAsset, pictures } = deps;

  async function render(owner: string, { job, record, signal, touched }: Attempt): Promise<void> {
    const specs = job.created?.specs;
    if (!specs) return;
    quotas.checkRoom(owner);
    const assetOf = (id: string) => storedAsset(owner, id);
    await using held = await animaticOfJob(job, { blobs, storedAsset: assetOf, pictures, owner, signal });
    await using film = await blobs.scratch(".mp4");
    await using picture = await blobs.scratch(".webp");
    await record({ do: "start render", renderer: renderer.name });

    const progress = sparse((fraction) => record({ do: "note render progress", fraction }));
    const { outputs } = await renderer.render(
      held.spec,
      { [FIRST_OUTPUT]: film.path },
      { signal, onProgress: (_output, fraction) => progress.note(fraction) },
    );
    await progress.settled();
    const [made] = outputs;
    if (!made || "error" in made) throw made?.error ?? new Error("Cannot render the video: there is no output");

    const thumbnail = await media.thumbnail(film.path, picture.path, { signal, owner });
    // Both are held until the event names them, so that no sweep collects them.
    using storedVideo = await blobs.writeFile(film.path, { signal });
    touched.add(storedVideo.sha256);
    using storedPicture = thumbnail && (await blobs.writeFile(picture.path, { signal }));
    if (storedPicture) touched.add(storedPicture.sha256);
    const video = {
      ...named(storedVideo),
      contentType: VIDEO_CONTENT_TYPE,
      width: made.width,
      height: made.height,
      duration: made.durationSeconds,
      thumbnail: storedPicture && { ...named(storedPicture), contentType: THUMBNAIL_CONTENT_TYPE },
      warnings: [...held.missing, ...made.warnings],
      cost: renderCost(specs),
    };
    const limits = quotas.storageLimits(owner, storedVideo.sizeBytes);
    await record({ do: "complete", video }, { limits });
  }

  return createJobWorker(deps, {
    name: "render",
    concurrency: renderer.concurrency,
    queue: todoQueue(read, jobsToRender),
    async perform({ owner }, { job, record, signal }) {
      const touched = new Set<string>();
      try {
        await render(owner, { job, record, signal, touched });
      } catch (error) {
        // A shortage of this machine is temporary; any other error fails the job.
        if (signal.aborted || !(error instanceof AppError) || isPassing(error)) throw error;
        await record({ do: "fail", step: "rendering", error: jobErrorOf(error, "render") });
      } finally {
        // After a failure or cancellation no event names them.
        for (const sha256 of touched) await blobs.delete(sha256);
      }
    },
    failed(_todo, error) {
      const why = jobErrorOf(error instanceof LostWork ? deadly() : error, "render the video");
      return { do: "fail", step: "rendering", error: why };
    },
  });
}

interface Attempt {
  readonly job: JobState;
  readonly record: RecordOutcome;
  readonly signal: AbortSignal;
  /** The contents that this attempt stored. */
  readonly touched: Set<string>;
}

function named({ sha256, sizeBytes }: { readonly sha256: string; readonly sizeBytes: number }) {
  return { blobId: blobIdOf(sha256), sha256, sizeBytes };
}

/** Records a rising value at each step, sequentially. */
function sparse(record: (fraction: number) => Promise<void>) {
  let last = 0;
  let recorded: Promise<void> = Promise.resolve();
  return {
    note(fraction: number): void {
      if (fraction < last + PROGRESS_STEP || fraction >= 1) return;
      last = fraction;
      recorded = recorded.then(() => record(fraction));
      // `settled` reports the error; until then it must not count as unhandled.
      recorded.catch(() => {});
    },
    settled: () => recorded,
  };
}
