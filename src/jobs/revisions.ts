import type { Static } from "@sinclair/typebox";
import { type InMemoryProjections, isRecorded, type RecordedEvent } from "../event_log/mod.ts";
import {
  JobCreated,
  jobStream,
  SceneRegenerated,
  SceneRegenerationRequested,
  ScenesGenerated,
  StoryboardRegenerationRequested,
  StoryboardRejected,
} from "./events.ts";
import { createJobQueries } from "./queries.ts";
import { REVISED_FIELDS, type SceneRevision } from "./revision_schema.ts";
import { type SceneRow, sceneView } from "./view.ts";

/** A revision of a scene as HTTP answers it. */
export type SceneRevisionView = Static<typeof SceneRevision>;

/** Which scene's revisions, and what is told of an event. */
export interface RevisionsOptions {
  readonly jobId: string;
  readonly sceneId: string;
  readonly sentenceOf: (event: RecordedEvent) => string;
}

/** Makes the revisions of a scene out of its job's events; none when there never was such a scene. */
export type ReadRevisions = (history: readonly RecordedEvent[], options: RevisionsOptions) => SceneRevisionView[];

/**
 * Reads revisions by looking at the scene's row after each event, so that what an event does to a scene is said in one
 * place, its projection. The scratch has the projection of scenes.
 */
export function createReadRevisions(scratch: InMemoryProjections): ReadRevisions {
  const queries = createJobQueries(scratch.read);
  return (history, { jobId, sceneId, sentenceOf }) => {
    const ofJob = history.filter(({ stream }) => stream === jobStream(jobId));
    const find = () => queries.scenes({ id: jobId }).find(({ id }) => id === sceneId);
    const states = scratch.afterEach(ofJob, (event) => ({ event, scene: find() }));
    const causes = causesOf(ofJob);
    const revisions: SceneRevisionView[] = [];
    let before: SceneRow | undefined;
    for (const { event, scene } of states) {
      if (scene?.version === before?.version) continue;
      const { asked, feedback } = causes.get(event.position) ?? { asked: event, feedback: null };
      revisions.push({
        revision: revisions.length + 1,
        position: event.position,
        type: event.type,
        actor: asked.metadata.actor,
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
  /** What somebody did that led to it. */
  readonly asked: RecordedEvent;
  readonly feedback: string | null;
}

/** Workers write the outcome; who asked for it, and in which words, is in an earlier event. */
function causesOf(history: readonly RecordedEvent[]): ReadonlyMap<number, Cause> {
  const causes = new Map<number, Cause>();
  const plans = new Map<number, Cause>();
  const revisions = new Map<string, Cause>();
  for (const event of history) {
    if (isRecorded(JobCreated, event)) plans.set(1, { asked: event, feedback: null });
    else if (isRecorded(StoryboardRejected, event) || isRecorded(StoryboardRegenerationRequested, event)) {
      plans.set(event.data.plan, { asked: event, feedback: event.data.feedback });
    } else if (isRecorded(SceneRegenerationRequested, event)) {
      const { sceneId, revision, feedback } = event.data;
      revisions.set(`${revision} ${sceneId}`, { asked: event, feedback });
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
