import { AppError, type ErrorCode } from "../../core/errors.ts";
import { type EventLog, type RecordedEvent, waitFor } from "../../event_log/mod.ts";
import { type JobEvent, jobEvents, jobStream } from "../events.ts";
import type { JobQueries } from "../queries.ts";

/** One request for another version of a scene; each scene counts its own. */
export interface Regeneration {
  readonly sceneId: string;
  readonly revision: number;
}

/** The error codes of a failed regeneration, for the endpoints that wait for one. */
export const REGENERATION_CODES = [
  "source_error",
  "source_unreachable",
  "source_timeout",
  "unavailable",
  "rate_limited",
] as const satisfies readonly ErrorCode[];

const TYPES: ReadonlySet<string> = new Set(jobEvents.map(({ type }) => type));

/** Returns the regeneration that a request with this Idempotency-Key requested. */
export async function regenerationOf(log: EventLog, jobId: string, key: string | undefined): Promise<Regeneration> {
  for (const event of (await log.readStream(jobStream(jobId))).filter(isOurs)) {
    if (event.type === "SceneRegenerationRequested" && event.metadata.idempotency?.key === key) return event.data;
  }
  throw new Error(`Cannot find the regeneration that was requested with the key ${key}`);
}

/** The job and the limits of a wait for a regeneration. */
export interface RegenerationWait {
  readonly log: EventLog;
  readonly queries: JobQueries;
  readonly id: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits for the end of a regeneration.
 *
 * @returns false when the time ran out
 * @throws {AppError} the error of a failed regeneration; `conflict` when the scene or its storyboard was replaced
 */
export async function waitForRegeneration(
  { sceneId, revision }: Regeneration,
  { log, queries, id, timeoutMs, signal }: RegenerationWait,
): Promise<boolean> {
  const read = () => queries.revisionInProgress(id, sceneId) !== revision;
  if (!(await waitFor(log, read, { until: Boolean, timeoutMs, signal }))) return false;
  for (const event of (await log.readStream(jobStream(id))).filter(isOurs)) {
    if (event.type !== "SceneRegenerated" && event.type !== "SceneRegenerationFailed") continue;
    if (event.data.sceneId !== sceneId || event.data.revision !== revision) continue;
    if (event.type === "SceneRegenerated") return true;
    throw new AppError(event.data.code, event.data.message);
  }
  throw new AppError(
    "conflict",
    "Cannot regenerate the scene: it was deleted or its storyboard was discarded in the meantime",
  );
}

function isOurs(event: RecordedEvent): event is RecordedEvent & JobEvent {
  // The log has validated the data of every event against the declaration of its type.
  return TYPES.has(event.type);
}
