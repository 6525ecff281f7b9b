import { AppError } from "../../core/errors.ts";
import { LostWork } from "../../core/shortage.ts";
import { createTodoWorker, todoQueue, type Worker } from "../../event_log/mod.ts";
import type { OutcomeCommand } from "../command.ts";
import { scenesToRegenerate } from "../tables.ts";
import { briefOf, plannedScenes } from "./job_brief.ts";
import { createOutcomeKeeper } from "./keep_outcome.ts";
import type { PlanningDeps } from "./planning_worker.ts";
import { createWorkerCommands, jobErrorOf } from "./worker_commands.ts";

type Todo = typeof scenesToRegenerate.$inferSelect;

/** Creates the worker that regenerates single scenes. */
export function createRegenerationWorker({ log, read, onError, planner, concurrency }: PlanningDeps): Worker {
  const outcomes = createWorkerCommands(log);
  const keep = createOutcomeKeeper<OutcomeCommand | null>();

  function failed({ sceneId, revision }: Todo, error: unknown): OutcomeCommand {
    return { do: "fail scene", sceneId, revision, error: jobErrorOf(error, "regenerate the scene") };
  }

  /** Returns null when the regeneration is no longer wanted. */
  async function outcomeOf(todo: Todo, signal: AbortSignal): Promise<OutcomeCommand | null> {
    const { sceneId, revision } = todo;
    const job = await outcomes.jobOf(todo);
    const requested = job.regenerating.get(sceneId);
    const index = job.scenes.findIndex((scene) => scene.sceneId === sceneId);
    if (!requested || index < 0) return null;
    const { feedback, constraints } = requested;
    const request = { scenes: plannedScenes(job.scenes), index, feedback, constraints, revision };
    try {
      const { scene, usage } = await planner.regenerateScene(briefOf(job), request, { signal });
      return { do: "store scene", sceneId, revision, scene: { ...scene, metadata: scene.metadata ?? {} }, usage };
    } catch (error) {
      // The planner has its own retries, so its error is final.
      if (signal.aborted || !(error instanceof AppError) || error instanceof LostWork) throw error;
      return failed(todo, error);
    }
  }

  return createTodoWorker<Todo>({
    name: "scene planning",
    log,
    concurrency,
    queue: todoQueue(read, scenesToRegenerate),
    onError: ({ jobId }, error, attempt) => onError(jobId, error, attempt),
    perform: (todo, signal) =>
      keep({
        key: `${todo.jobId} ${todo.sceneId} ${todo.position}`,
        signal,
        make: () => outcomeOf(todo, signal),
        record: async (outcome) => {
          if (outcome) await outcomes.record(todo, outcome);
        },
      }),
    giveUp: (todo, error) => outcomes.record(todo, failed(todo, error)),
  });
}
