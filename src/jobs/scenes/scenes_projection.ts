import {
  causationOf,
  changedAtOf,
  createdAtOf,
  defineProjection,
  type RecordedEvent,
  type TableWriter,
  when,
} from "../../event_log/mod.ts";
import {
  JobCancelled,
  jobIdOf,
  SceneDeleted,
  SceneRegenerated,
  SceneRegenerationFailed,
  SceneRegenerationRequested,
  ScenesGenerated,
  SceneUpdated,
  type StoredScene,
  StoryboardRegenerationRequested,
  StoryboardRejected,
} from "../events.ts";
import { jobScenes, scenesToRegenerate } from "../tables.ts";

type SceneRow = typeof jobScenes.$inferSelect;

/** The read table of scenes and the todo table of their regenerations. */
export const scenesProjection = defineProjection("job_scenes", 2, {
  tables: [jobScenes, scenesToRegenerate],
  on: [
    when(ScenesGenerated, (rows, event) => {
      const jobId = jobIdOf(event);
      const before = new Map(rows.all(jobScenes, { jobId }).map((scene) => [scene.id, scene]));
      rows.delete(jobScenes, { jobId });
      rows.delete(scenesToRegenerate, { jobId });
      event.data.scenes.forEach((scene, index) => {
        const createdAt = before.get(scene.sceneId)?.createdAt ?? createdAtOf(event);
        rows.insert(jobScenes, { ...rowOf(event, scene, index + 1), createdAt });
      });
    }),
    when(SceneUpdated, (rows, event) => {
      const { sceneId, changes, durations } = event.data;
      edit(rows, event, sceneId, changes);
      retime(rows, event, durations);
    }),
    when(SceneRegenerationRequested, (rows, event) => {
      const { sceneId, revision } = event.data;
      const work = { jobId: jobIdOf(event), sceneId, revision, position: event.position };
      rows.upsert(scenesToRegenerate, { ...work, ...causationOf(event) });
    }),
    when(SceneRegenerated, (rows, event) => {
      const { sceneId, after, durations } = event.data;
      const { sceneId: _, ...content } = after;
      rows.delete(scenesToRegenerate, { jobId: jobIdOf(event), sceneId });
      edit(rows, event, sceneId, content);
      retime(rows, event, durations);
    }),
    when(SceneRegenerationFailed, (rows, event) => {
      rows.delete(scenesToRegenerate, { jobId: jobIdOf(event), sceneId: event.data.sceneId });
    }),
    when(SceneDeleted, (rows, event) => {
      const { sceneId, durations } = event.data;
      const jobId = jobIdOf(event);
      rows.delete(jobScenes, { jobId, id: sceneId });
      rows.delete(scenesToRegenerate, { jobId, sceneId });
      retime(rows, event, durations);
    }),
    when(StoryboardRejected, forget),
    when(StoryboardRegenerationRequested, forget),
    when(JobCancelled, forget),
  ],
});

/** Removes the regenerations of a discarded storyboard. */
function forget(rows: TableWriter, event: RecordedEvent): void {
  rows.delete(scenesToRegenerate, { jobId: jobIdOf(event) });
}

function rowOf(event: RecordedEvent, { sceneId, ...content }: StoredScene, sceneNumber: number): SceneRow {
  const stamps = { version: event.version, createdAt: createdAtOf(event), updatedAt: changedAtOf(event) };
  return { jobId: jobIdOf(event), id: sceneId, sceneNumber, ...content, ...stamps };
}

function edit(rows: TableWriter, event: RecordedEvent, id: string, changes: Partial<SceneRow>): void {
  const stamps = { version: event.version, updatedAt: changedAtOf(event) };
  rows.update(jobScenes, { jobId: jobIdOf(event), id }, { ...changes, ...stamps });
}

/** Updates the numbers and durations of all scenes; a changed scene gets a new version. */
function retime(
  rows: TableWriter,
  event: RecordedEvent,
  durations: readonly { readonly sceneId: string; readonly duration: number }[],
): void {
  const jobId = jobIdOf(event);
  durations.forEach(({ sceneId, duration }, index) => {
    const scene = rows.find(jobScenes, { jobId, id: sceneId });
    const sceneNumber = index + 1;
    if (!scene || (scene.duration === duration && scene.sceneNumber === sceneNumber)) return;
    edit(rows, event, sceneId, { duration, sceneNumber });
  });
}
