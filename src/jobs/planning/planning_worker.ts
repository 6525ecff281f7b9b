import { Value } from "@sinclair/typebox/value";
import { AppError } from "../../core/errors.ts";
import { LostWork } from "../../core/shortage.ts";
import { createTodoWorker, todoQueue, type Worker } from "../../event_log/mod.ts";
import { acceptStoryboard, type PlannedScene, type ScenePlanner, StoredStoryboard } from "../../storyboard/mod.ts";
import type { OutcomeCommand } from "../command.ts";
import type { StoredScene } from "../events.ts";
import type { JobWorkerDeps } from "../requests/assets_worker.ts";
import type { JobState } from "../state.ts";
import { jobsToPlan } from "../tables.ts";
import { briefOf } from "./job_brief.ts";
import { createOutcomeKeeper } from "./keep_outcome.ts";
import { createWorkerCommands, jobErrorOf } from "./worker_commands.ts";

/** The dependencies of the planning workers. */
export interface PlanningDeps extends JobWorkerDeps {
  readonly planner: ScenePlanner;
  /** The most concurrent calls of the planner. */
  readonly concurrency: number;
}

type Todo = typeof jobsToPlan.$inferSelect;

/** Creates the worker that plans storyboards. The first plan is the request's own storyboard if it has one. */
export function createPlanningWorker({ log, read, onError, planner, concurrency }: PlanningDeps): Worker {
  const outcomes = createWorkerCommands(log);
  const keep = createOutcomeKeeper<OutcomeCommand>();

  async function planned(job: JobState, signal: AbortSignal) {
    const brief = briefOf(job);
    const given = job.created?.request.creative.storyboard;
    if (job.plan === 1 && given !== undefined) {
      return { scenes: acceptStoryboard(Value.Parse(StoredStoryboard, given), brief), usage: null };
    }
    return await planner.plan(brief, { signal });
  }

  async function outcomeOf(todo: Todo, signal: AbortSignal): Promise<OutcomeCommand> {
    const { plan } = todo;
    const job = await outcomes.jobOf(todo);
    try {
      const { scenes, usage } = await planned(job, signal);
      return { do: "store scenes", plan, scenes: scenes.map(withId), usage };
    } catch (error) {
      // The planner has its own retries, so its error is final.
      if (signal.aborted || !(error instanceof AppError) || error instanceof LostWork) throw error;
      return { do: "fail", step: "planning", plan, error: jobErrorOf(error, "plan") };
    }
  }

  return createTodoWorker<Todo>({
    name: "planning",
    log,
    concurrency,
    queue: todoQueue(read, jobsToPlan),
    onError: ({ jobId }, error, attempt) => onError(jobId, error, attempt),
    perform: (todo, signal) =>
      keep({
        key: `${todo.jobId} ${todo.position}`,
        signal,
        make: () => outcomeOf(todo, signal),
        record: (outcome) => outcomes.record(todo, outcome),
      }),
    giveUp: (todo, error) =>
      outcomes.record(todo, {
        do: "fail",
        step: "planning",
        plan: todo.plan,
        error: jobErrorOf(error, "plan the storyboard"),
      }),
  });
}

function withId(scene: PlannedScene): StoredScene {
  return { sceneId: Bun.randomUUIDv7(), ...scene, metadata: scene.metadata ?? {} };
}
