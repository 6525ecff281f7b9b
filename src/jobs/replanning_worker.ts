import { AppError } from "../errors.ts";
import { createTodoWorker, ownedQueue, ownerTurns, type Worker } from "../event_log/mod.ts";
import { briefOf, plannedScenes } from "./brief.ts";
import { createOutcomes, jobErrorOf } from "./outcome.ts";
import type { PlanningDeps } from "./planning_worker.ts";
import { scenesToReplan } from "./tables.ts";

type Todo = typeof scenesToReplan.$inferSelect;

/** Plans single scenes anew. */
export function createReplanningWorker({ log, read, onError, planner, concurrency }: PlanningDeps): Worker {
  const outcomes = createOutcomes(log);

  async function fail({ sceneId, revision, ...work }: Todo, error: unknown): Promise<void> {
    const why = jobErrorOf(error, "regenerate the scene");
    await outcomes.record(work, { do: "fail scene", sceneId, revision, error: why });
  }

  return createTodoWorker<Todo>({
    name: "scene planning",
    log,
    concurrency,
    turns: ownerTurns(ownedQueue(read, scenesToReplan), { concurrency }),
    key: ({ jobId, sceneId, position }) => `${jobId} ${sceneId} ${position}`,
    onError: ({ jobId }, error, attempt) => onError(jobId, error, attempt),
    async perform(todo, signal) {
      const { sceneId, revision } = todo;
      try {
        const job = await outcomes.jobOf(todo);
        const asked = job.regenerating.get(sceneId);
        const index = job.scenes.findIndex((scene) => scene.sceneId === sceneId);
        if (!asked || index < 0) return;
        const { feedback, constraints } = asked;
        const request = { scenes: plannedScenes(job.scenes), index, feedback, constraints, revision };
        const { scene, usage } = await planner.replanScene(briefOf(job), request, { signal });
        const content = { ...scene, metadata: scene.metadata ?? {} };
        await outcomes.record(todo, { do: "store scene", sceneId, revision, scene: content, usage });
      } catch (error) {
        if (signal.aborted || !(error instanceof AppError)) throw error;
        await fail(todo, error);
      }
    },
    giveUp: fail,
  });
}
