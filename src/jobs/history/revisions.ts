import type { Static } from "@sinclair/typebox";
import { type InMemoryProjections, isRecorded, type RecordedEvent } from "../../event_log/mod.ts";
import {
  JobCreated,
  jobStream,
  SceneRegenerated,
  SceneRegenerationRequested,
  ScenesGenerated,
  StoryboardRegenerationRequested,
  StoryboardRejected,
} from "../events.ts";
import { createScenesQuery } from "../queries.ts";
import { type SceneRow, sceneView } from "../view.ts";
import { REVISED_FIELDS, type SceneRevision } from "./revision_schema.ts";

/** A revision of a scene in responses. */
export type SceneRevisionView = Static<typeof SceneRevision>;

/** The scene to read, and the description of events. */
export interface RevisionsOptions {
  readonly jobId: string;
  readonly sceneId: string;
  readonly sentenceOf: (event: RecordedEvent) => string;
}

/** Returns the revisions of a scene from its job's events; empty when the scene never existed. */
export type ReadRevisions = (history: readonly RecordedEvent[], options: RevisionsOptions) => SceneRevisionView[];

/**
 * Creates a reader of revisions over an in-memory projection of scenes. It reads the scene's row after each event, so
 * that only the projection defines the effect of an event on a scene.
 */
export function createReadRevisions(projections: InMemoryProjections): ReadRevisions {
  const scenesOf = createScenesQuery(projections.read);
  return (history, { jobId, sceneId, sentenceOf }) => {
    const ofJob = history.filter(({ stream }) => stream === jobStream(jobId));
    const find = () => scenesOf(jobId).find(({ id }) => id === sceneId);
    const states = projections.afterEach(ofJob, (event) => ({ event, scene: find() }));
    const causes = causesOf(ofJob);
    const revisions: SceneRevisionView[] = [];
    let before: SceneRow | undefined;
    for (const { event, scene } of states) {
      if (scene?.version === before?.version) continue;
      const { request, feedback } = causes.get(event.position) ?? { request: event, feedback: null };
      revisions.push({
        revision: revisions.length + 1,
        position: event.position,
        type: event.type,
        actor: request.metadata.actor,
        recordedAt: event.recordedAt,
        sentence: sentenceOf(event),
        feedback,
        changes: before && scene ? diffFields(sceneView(before), sceneView(scene)) : [],
        scene: scene ? sceneView(scene) : null,
      });
      before = scene;
    }
    return revisions;
  };
}

interface Cause {
  /** The event of the user's request. */
  readonly request: RecordedEvent;
  readonly feedback: string | null;
}

/** Finds the request behind each outcome: a worker writes the outcome, an earlier event has the user and the feedback. */
function causesOf(history: readonly RecordedEvent[]): ReadonlyMap<number, Cause> {
  const causes = new Map<number, Cause>();
  const plans = new Map<number, Cause>();
  const revisions = new Map<string, Cause>();
  for (const event of history) {
    if (isRecorded(JobCreated, event)) plans.set(1, { request: event, feedback: null });
    else if (isRecorded(StoryboardRejected, event) || isRecorded(StoryboardRegenerationRequested, event)) {
      plans.set(event.data.plan, { request: event, feedback: event.data.feedback });
    } else if (isRecorded(SceneRegenerationRequested, event)) {
      const { sceneId, revision, feedback } = event.data;
      revisions.set(`${revision} ${sceneId}`, { request: event, feedback });
    }
    const cause = isRecorded(ScenesGenerated, event)
      ? plans.get(event.data.plan)
      : isRecorded(SceneRegenerated, event)
        ? revisions.get(`${event.data.revision} ${event.data.sceneId}`)
        : undefined;
    if (cause) causes.set(event.position, cause);
  }
  return causes;
}

function diffFields(from: SceneView, to: SceneView): SceneRevisionView["changes"] {
  return REVISED_FIELDS.filter((field) => !Bun.deepEquals(from[field], to[field])).map((field) => ({
    field,
    from: from[field],
    to: to[field],
  }));
}

type SceneView = ReturnType<typeof sceneView>;
