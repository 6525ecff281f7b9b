import { AppError } from "../core/errors.ts";
import { fold } from "../event_log/mod.ts";
import { jobDecider } from "../jobs/mod.ts";
import { decideAll } from "./decide_all.ts";
import { metadataOf } from "./item.ts";
import { type Film, type FilmOutcome, filmCommands } from "./job_ending.ts";
import type { JobItem } from "./jobs.ts";
import { HeldMedia, type StoreMediaDeps } from "./store_media.ts";

/** Stores a job with its film, as events of a new stream. @returns the outcome of the film */
export async function storeJob(item: JobItem, deps: StoreMediaDeps): Promise<FilmOutcome> {
  await using held = new HeldMedia(deps);
  const outcome = await filmOf(item, held);
  await deps.log.append({ stream: item.stream, expected: "none", events: item.eventsWith(outcome) }, metadataOf(item));
  return outcome;
}

/**
 * Adds the film to a job that an earlier release imported without it, unless the job has changed since.
 *
 * @returns the outcome of the film; null when the job was left unchanged
 */
export async function storeMissingFilm(item: JobItem, deps: StoreMediaDeps): Promise<FilmOutcome | null> {
  const { id, stream, film } = item;
  if (film === null) return null;
  const events = await deps.log.readStream(stream);
  const metadata = metadataOf(item);
  if (events.some((event) => event.metadata.actor !== metadata.actor)) return null;
  const state = fold(jobDecider, id, events);
  if (state.status !== "failed" || state.failedStep !== "rendering") return null;
  await using held = new HeldMedia(deps);
  const outcome = await filmOf(item, held);
  if (outcome.kind !== "film") return null;
  const commands = [{ do: "retry" as const, waitingFor: [] }, ...filmCommands(outcome.video)];
  await deps.log.append(
    { stream, expected: events.length, events: decideAll({ ...jobDecider, initial: () => state }, id, commands) },
    metadata,
  );
  return outcome;
}

async function filmOf({ film, picture }: JobItem, held: HeldMedia): Promise<FilmOutcome> {
  if (film === null) return { kind: "none" };
  try {
    const stored = await held.store(film);
    const { facts, thumbnail } = await held.describe(stored.sha256, { old: picture });
    const { kind, contentType, width, height, duration } = facts;
    if (kind !== "video" || width === null || height === null || duration === null) {
      throw new AppError("media_unreadable", "Cannot use the film: it is not a video with a picture and a duration");
    }
    const video: Film = {
      ...stored,
      contentType,
      width,
      height,
      duration,
      thumbnail: thumbnail && {
        blobId: thumbnail.blobId,
        sha256: thumbnail.sha256,
        sizeBytes: thumbnail.sizeBytes,
        contentType: thumbnail.contentType,
      },
      warnings: [],
      // The old job's cost is part of its assets-ready event.
      cost: 0,
    };
    return { kind: "film", video };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "unavailable") throw error;
    return { kind: "damaged", message: error.message };
  }
}
