import { Value } from "@sinclair/typebox/value";
import { todoQueue, type Worker } from "../../event_log/mod.ts";
import { acceptStoryboard, type PlannedScene, type ScenePlanner, StoredStoryboard } from "../../storyboard/mod.ts";
import type { StoredScene } from "../events.ts";
import { createCostlyJobWorker, type JobWorkerDeps, jobErrorOf } from "../job_worker.ts";
import type { JobState } from "../state.ts";
import { jobsToPlan } from "../tables.ts";
import { briefOf } from "./job_brief.ts";

/** The dependencies of the planning workers. */
export interface PlanningDeps extends JobWorkerDeps {
  readonly planner: ScenePlanner;
  /** The most concurrent calls of the planner. */
  readonly concurrency: number;
}

/** Creates the worker that plans storyboards. The first plan is the request's own storyboard if it has one. */
export function createPlanningWorker(deps: PlanningDeps): Worker {
  async function planned(job: JobState, signal: AbortSignal) {
    const brief = briefOf(job);
    const given = job.created?.request.creative.storyboard;
    if (job.plan === 1 && given !== undefined) {
      return { scenes: acceptStoryboard(Value.Parse(StoredStoryboard, given), brief), usage: null };
    }
    return await deps.planner.plan(brief, { signal });
  }

  return createCostlyJobWorker(deps, {
    name: "planning",
    concurrency: deps.concurrency,
    queue: todoQueue(deps.read, jobsToPlan),
    async make({ plan }, job, signal) {
      const { scenes, usage } = await planned(job, signal);
      return { do: "store scenes", plan, scenes: scenes.map(withId), usage };
    },
    failed({ plan }, error) {
      return { do: "fail", step: "planning", plan, error: jobErrorOf(error, "plan the storyboard") };
    },
  });
}

function withId(scene: PlannedScene): StoredScene {
  return { sceneId: Bun.randomUUIDv7(), ...scene, metadata: scene.metadata ?? {} };
}
