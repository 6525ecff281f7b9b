import { AppError, type ErrorCode } from "../core/errors.ts";
import { type EventLog, type RecordedEvent, waitFor } from "../event_log/mod.ts";
import { type JobEvent, jobEvents, jobStream } from "./events.ts";
import type { WaitUntilSettledOptions } from "./wait_until_settled.ts";

/** One request for another version of a scene; each scene counts its own. */
export interface Regeneration {
  readonly sceneId: string;
  readonly revision: number;
}

/** Why a scene cannot be planned anew, as every endpoint that waits for it documents it. */
export const REGENERATION_CODES = [
  "source_error",
  "source_unreachable",
  "source_timeout",
  "unavailable",
  "rate_limited",
] as const satisfies readonly ErrorCode[];

const TYPES: ReadonlySet<string> = new Set(jobEvents.map(({ type }) => type));

/** The regeneration that a request with this Idempotency-Key asked for. */
export async function regenerationOf(log: EventLog, jobId: string, key: string | undefined): Promise<Regeneration> {
  for (const event of (await log.readStream(jobStream(jobId))).filter(isOurs)) {
    if (event.type === "SceneRegenerationRequested" && event.metadata.idempotency?.key === key) return event.data;
  }
  throw new Error(`Cannot find the regeneration that was asked for with the key ${key}`);
}

/**
 * Waits until a scene's regeneration is over.
 *
 * @returns whether it is; false when the time ran out
 * @throws {AppError} why the scene could not be planned anew; `conflict` when something else came first
 */
export async function regenerated(
  { sceneId, revision }: Regeneration,
  { log, queries, id, waitMs, signal }: WaitUntilSettledOptions,
): Promise<boolean> {
  const isOver = () => (queries.revisionInProgress(id, sceneId) === revision ? undefined : true);
  const over = await waitFor(log, isOver, { timeoutMs: waitMs, signal });
  if (!over) return false;
  for (const event of (await log.readStream(jobStream(id))).filter(isOurs)) {
    if (event.type !== "SceneRegenerated" && event.type !== "SceneRegenerationFailed") continue;
    if (event.data.sceneId !== sceneId || event.data.revision !== revision) continue;
    if (event.type === "SceneRegenerated") return true;
    throw new AppError(event.data.code, event.data.message);
  }
  throw new AppError("conflict", "Cannot regenerate the scene: it was deleted, or its storyboard given up, meanwhile");
}

function isOurs(event: RecordedEvent): event is RecordedEvent & JobEvent {
  // The log has validated the data of every event against the declaration of its type.
  return TYPES.has(event.type);
}
