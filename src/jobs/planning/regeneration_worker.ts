import { todoQueue, type Worker } from "../../event_log/mod.ts";
import { createCostlyJobWorker, jobErrorOf } from "../job_worker.ts";
import { scenesToRegenerate } from "../tables.ts";
import { briefOf, plannedScenes } from "./job_brief.ts";
import type { PlanningDeps } from "./planning_worker.ts";

/** Creates the worker that regenerates single scenes. */
export function createRegenerationWorker(deps: PlanningDeps): Worker {
  return createCostlyJobWorker(deps, {
    name: "scene planning",
    concurrency: deps.concurrency,
    queue: todoQueue(deps.read, scenesToRegenerate),
    async make({ sceneId, revision }, job, signal) {
      const requested = job.regenerating.get(sceneId);
      const index = job.scenes.findIndex((scene) => scene.sceneId === sceneId);
      if (!requested || index < 0) return null;
      const { feedback, constraints } = requested;
      const request = { scenes: plannedScenes(job.scenes), index, feedback, constraints, revision };
      const { scene, usage } = await deps.planner.regenerateScene(briefOf(job), request, { signal });
      return { do: "store scene", sceneId, revision, scene: { ...scene, metadata: scene.metadata ?? {} }, usage };
    },
    failed({ sceneId, revision }, error) {
      return { do: "fail scene", sceneId, revision, error: jobErrorOf(error, "regenerate the scene") };
    },
  });
}
