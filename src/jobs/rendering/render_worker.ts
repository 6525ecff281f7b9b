import { blobIdOf } from "../../assets/mod.ts";
import type { BlobStore } from "../../blobs/mod.ts";
import { AppError } from "../../core/errors.ts";
import type { Quotas } from "../../core/quotas.ts";
import { isPassing, LostWork } from "../../core/shortage.ts";
import { todoQueue, type Worker } from "../../event_log/mod.ts";
import {
  deadly,
  type MediaService,
  type RenderedVideo,
  type Renderer,
  THUMBNAIL_CONTENT_TYPE,
  VIDEO_CONTENT_TYPE,
} from "../../media/mod.ts";
import type { OutputResult } from "../command.ts";
import type { VideoOutput } from "../events.ts";
import { createJobWorker, type JobWorkerDeps, jobErrorOf, type RecordOutcome } from "../job_worker.ts";
import { renderCost } from "../requests/costs.ts";
import { productionOf } from "../requests/production.ts";
import type { JobState } from "../state.ts";
import { jobsToRender } from "../tables.ts";
import { animaticOfJob, type HeldSpec, type StoredAsset } from "./animatic_of_job.ts";
import { mixOfJob } from "./mix_of_job.ts";
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

  /** Stores the video of an output and its thumbnail. */
  async function store(
    made: RenderedVideo,
    {
      job,
      path,
      output,
      owner,
      signal,
      stack,
      touched,
    }: Attempt & { path: string; output: VideoOutput; stack: DisposableStack },
  ) {
    await using picture = await blobs.scratch(".webp");
    const thumbnail = await media.thumbnail(path, picture.path, { signal, owner });
    // Both are held until the event names them, so that no sweep collects them.
    const hold = async (file: string) => {
      const stored = stack.use(await blobs.writeFile(file, { signal }));
      touched.add(stored.sha256);
      return named(stored);
    };
    const video = await hold(path);
    return {
      ...video,
      contentType: VIDEO_CONTENT_TYPE,
      width: made.width,
      height: made.height,
      duration: made.durationSeconds,
      thumbnail: thumbnail && { ...(await hold(picture.path)), contentType: THUMBNAIL_CONTENT_TYPE },
      warnings: [...made.warnings],
      cost: renderCost({ duration: job.created?.specs.duration ?? made.durationSeconds, ...output }),
    };
  }

  /** Mixes the sound and records it, so that a render after a crash has the same sound. */
  async function mix({ job, owner, record, signal, touched }: Attempt, { files }: HeldSpec) {
    using stack = new DisposableStack();
    const sound = await mixOfJob(job, { blobs, renderer, files, stack, touched, signal });
    const { soundtrack, voice, music, mix: mixed, srt, vtt } = sound;
    const stored = [soundtrack, voice, music, mixed, srt, vtt].map((blob) => blob?.sizeBytes ?? 0);
    const total = stored.reduce((sum, size) => sum + size, 0);
    await record({ do: "store sound", sound }, { limits: quotas.storageLimits(owner, total) });
    return sound;
  }

  async function render(attempt: Attempt): Promise<void> {
    const { job, owner, record, signal } = attempt;
    if (!job.created) return;
    const { outputs } = productionOf(job.created);
    quotas.checkRoom(owner);
    const assetOf = (id: string) => storedAsset(owner, id);
    await using held = await animaticOfJob(job, { blobs, storedAsset: assetOf, pictures, owner, signal });
    await using files = new AsyncDisposableStack();
    const paths: Record<string, string> = {};
    for (const { id } of outputs) paths[id] = files.use(await blobs.scratch(".mp4")).path;
    await record({ do: "start render", renderer: renderer.name });

    const { sound: earlier } = job;
    const isStored = earlier !== null && (await blobs.find(earlier.soundtrack.sha256)) !== null;
    const sound = isStored ? earlier : await mix(attempt, held);
    await using soundtrack = await blobs.openLocal(sound.soundtrack.sha256);
    if (!soundtrack)
      throw new AppError("unavailable", "Cannot render the video: its sound is missing from the storage");
    const spec = { ...held.spec, soundtrack: { path: soundtrack.path } };
    const progress = sparse(outputs, (noted) => record({ do: "note render progress", ...noted }));
    const { outputs: made } = await renderer.render(spec, paths, { signal, onProgress: progress.note });
    await progress.settled();

    using stack = new DisposableStack();
    const results: OutputResult[] = [];
    for (const [index, output] of outputs.entries()) {
      const rendered = made[index];
      const [outputId, path] = [output.id, paths[output.id]];
      if (!rendered || path === undefined) throw new Error(`Cannot render the video: output ${outputId} has no result`);
      if ("error" in rendered) {
        results.push({ outputId, error: jobErrorOf(rendered.error, "render the output") });
        continue;
      }
      const video = await store(rendered, { ...attempt, path, output, stack });
      results.push({ outputId, video: { ...video, warnings: [...held.missing, ...video.warnings] } });
    }
    const [first, ...rest] = results;
    if (!first) return;
    const sizes = results.map((result) => ("video" in result ? result.video.sizeBytes : 0));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    await record({ do: "complete", outputs: [first, ...rest] }, { limits: quotas.storageLimits(owner, total) });
  }

  return createJobWorker(deps, {
    name: "render",
    concurrency: renderer.concurrency,
    queue: todoQueue(read, jobsToRender),
    async perform({ owner }, { job, record, signal }) {
      const touched = new Set<string>();
      try {
        await render({ job, owner, record, signal, touched });
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
  readonly owner: string;
  readonly record: RecordOutcome;
  readonly signal: AbortSignal;
  /** The contents that this attempt stored. */
  readonly touched: Set<string>;
}

function named({ sha256, sizeBytes }: { readonly sha256: string; readonly sizeBytes: number }) {
  return { blobId: blobIdOf(sha256), sha256, sizeBytes };
}

/** Records the rising progress of all outputs at each step, sequentially. */
function sparse(outputs: readonly VideoOutput[], record: (noted: Progress) => Promise<void>) {
  const fractions = new Map(outputs.map(({ id }) => [id, 0]));
  let last = 0;
  let recorded: Promise<void> = Promise.resolve();
  return {
    note(outputId: string, value: number): void {
      fractions.set(outputId, value);
      const all = Array.from(fractions, ([id, fraction]) => ({ outputId: id, fraction }));
      const fraction = all.reduce((sum, each) => sum + each.fraction, 0) / all.length;
      if (fraction < last + PROGRESS_STEP || fraction >= 1) return;
      last = fraction;
      recorded = recorded.then(() => record({ fraction, outputs: all }));
      // `settled` reports the error; until then it must not count as unhandled.
      recorded.catch(() => {});
    },
    settled: () => recorded,
  };
}

interface Progress {
  /** The mean of all outputs. */
  readonly fraction: number;
  readonly outputs: readonly { readonly outputId: string; readonly fraction: number }[];
}
