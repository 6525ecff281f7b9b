import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { AppError } from "../../src/core/errors.ts";
import {
  createCatalogue,
  databasePath,
  execute,
  fold,
  openStore,
  replay,
  type Store,
  verify,
} from "../../src/event_log/mod.ts";
import type { JobCommand } from "../../src/jobs/command.ts";
import { jobDecider } from "../../src/jobs/decide.ts";
import { type JobEvent, jobStream } from "../../src/jobs/events.ts";
import type { JobState } from "../../src/jobs/state.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { allocate } from "../../src/storyboard/mod.ts";
import { ASSET, created, scene, USAGE, VIDEO } from "./rendering/specs.ts";

const catalogue = createCatalogue(allEvents);
const metadata = { owner: "ann", actor: "test" };
const TENTHS = 60;

/** The next step, as numbers; their meaning depends on the state of the job. */
const step = fc.record({
  job: fc.constantFrom("j1", "j2", "j3"),
  what: fc.constantFrom(
    ...["create", "assets", "plan", "plan", "stale plan", "approve", "reject", "all", "one", "one", "edit", "edit"],
    ...["delete", "answer", "answer", "fail", "fail one", "retry", "cancel", "start", "progress", "complete"],
  ),
  number: fc.integer({ min: 1, max: 8 }),
  tenths: fc.integer({ min: 1, max: 70 }),
  wishes: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 7 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function storyboard(wishes: readonly number[]) {
  return allocate(wishes, TENTHS / 10).map((duration, at) =>
    scene(at + 1, { sceneId: Bun.randomUUIDv7(), duration, script: `${wishes[at]}` }),
  );
}

function commandOf({ what, number, tenths, wishes }: Step, job: JobState): JobCommand {
  const error = { code: "source_error", message: "Cannot" } as const;
  const [asked] = job.regenerating.values();
  const { sceneId: _, ...content } = scene(number, { duration: tenths / 10 });
  switch (what) {
    case "assets":
      return { do: "note assets ready", assets: [ASSET], cost: 0.001 };
    case "plan":
      return { do: "store scenes", plan: job.plan, scenes: storyboard(wishes), usage: USAGE };
    case "stale plan":
      return { do: "store scenes", plan: job.plan - 1, scenes: storyboard(wishes), usage: USAGE };
    case "approve":
    case "cancel":
      return { do: what };
    case "reject":
      return { do: "reject storyboard", feedback: "No" };
    case "all":
      return { do: "regenerate all scenes", feedback: null };
    case "one": {
      const constraints = tenths % 2 === 0 ? { duration: tenths / 10 } : null;
      return { do: "regenerate scene", scene: number, feedback: null, constraints };
    }
    case "edit":
      return { do: "update scene", scene: number, changes: { duration: tenths / 10, script: `edit ${tenths}` } };
    case "delete":
      return { do: "delete scene", scene: number };
    case "answer": {
      const { sceneId, revision } = asked ?? { sceneId: "none", revision: 1 };
      return { do: "store scene", sceneId, revision, scene: content, usage: { ...USAGE, cost: 0.01 } };
    }
    case "fail one":
      return { do: "fail scene", sceneId: asked?.sceneId ?? "none", revision: asked?.revision ?? 1, error };
    case "fail": {
      const steps = ["assets", "planning", "rendering"] as const;
      return { do: "fail", step: steps[number % 3] ?? "assets", error };
    }
    case "retry":
      return { do: "retry", waitingFor: [] };
    case "start":
      return { do: "start render", renderer: "r" };
    case "progress":
      return { do: "note render progress", fraction: tenths / 100 };
    case "complete":
      return { do: "complete", outputs: [{ outputId: "o1", video: VIDEO }] };
    default:
      return { do: "create", job: created.data };
  }
}

/** Checks a job and its rows after every command. */
function check({ db }: Store, id: string, { state, version }: { state: JobState; version: number }): void {
  const { scenes, status } = state;
  if (status === "unknown") return;
  const row = db.query("SELECT status, version FROM jobs WHERE id = ?").get(id);
  expect(row).toEqual({ status, version });
  const rows = db
    .query("SELECT id, scene_number AS number, duration, script FROM job_scenes WHERE job_id = ? ORDER BY scene_number")
    .all(id);
  expect(rows).toEqual(
    scenes.map(({ sceneId, duration, script }, at) => ({ id: sceneId, number: at + 1, duration, script })),
  );
  if (scenes.length > 0) {
    const tenths = scenes.map(({ duration }) => Math.round(duration * 10));
    expect(tenths.map((each) => each / 10)).toEqual(scenes.map(({ duration }) => duration));
    expect(tenths.reduce((sum, each) => sum + each, 0)).toBe(TENTHS);
    expect(Math.min(...tenths)).toBeGreaterThanOrEqual(5);
    expect(new Set(scenes.map(({ sceneId }) => sceneId)).size).toBe(scenes.length);
  }
  const todo = (table: string) => db.query(`SELECT count(*) AS n FROM ${table} WHERE job_id = ?`).get(id);
  expect(todo("jobs_awaiting_assets")).toEqual({ n: status === "pending" ? 1 : 0 });
  expect(todo("jobs_to_plan")).toEqual({ n: status === "storyboard_processing" ? 1 : 0 });
  expect(todo("jobs_to_render")).toEqual({ n: status === "video_processing" ? 1 : 0 });
  expect(todo("scenes_to_replan")).toEqual({ n: state.regenerating.size });
  const totals = "SELECT status, count FROM job_totals ORDER BY status";
  const counted = "SELECT status, count(*) AS count FROM jobs GROUP BY status ORDER BY status";
  expect(db.query(totals).all()).toEqual(db.query(counted).all());
}

/** Checks the whole history of a job. */
function checkHistory(history: readonly { readonly type: string }[]): void {
  const types = history.map(({ type }) => type);
  const isEnd = (type: string) => type === "JobCompleted" || type === "JobCancelled";
  // At most one, and nothing after it.
  expect(types.filter(isEnd)).toEqual(types.slice(-1).filter(isEnd));
  const approved = types.indexOf("StoryboardApproved");
  const after = approved < 0 ? [] : types.slice(approved + 1);
  expect(after.filter((type) => /^(Scene|Storyboard)/.test(type))).toEqual([]);
  expect(types.filter((type) => type === "StoryboardApproved").length).toBeLessThanOrEqual(1);
}

test("whatever is asked of jobs in whatever order, rows equal the folded log, every rule holds, and a replay changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
      const dataDir = mkdtempSync(join(tmpdir(), "reelog-property-"));
      const store = await openStore({ dataDir, catalogue, projections: allProjections });
      try {
        for (const id of ["j1", "j2", "j3"]) {
          for (const command of [
            { do: "create", job: created.data },
            { do: "note assets ready", assets: [ASSET], cost: 0.001 },
            { do: "store scenes", plan: 1, scenes: storyboard([3, 4, 5]), usage: USAGE },
          ] as const) {
            if (id !== "j3") await execute(command, at(store, id));
          }
        }
        for (const each of steps) {
          const history = await store.log.readStream(jobStream(each.job));
          const state = fold(jobDecider, each.job, history);
          const done = await execute(commandOf(each, state), at(store, each.job)).catch((error: unknown) => {
            if (!(error instanceof AppError)) throw error;
            return { state, version: history.length };
          });
          check(store, each.job, done);
        }
        for (const id of ["j1", "j2", "j3"]) checkHistory(await store.log.readStream(jobStream(id)));
        await replay({ dataDir, catalogue, projections: allProjections });
        expect(verify(databasePath(dataDir), allProjections, { catalogue }).differences).toEqual([]);
      } finally {
        store.close();
        rmSync(dataDir, { recursive: true, force: true });
      }
    }),
    { numRuns: 25 },
  );
}, 300_000);

function at({ log }: Store, id: string) {
  return { log, decider: jobDecider, stream: jobStream(id), id, metadata };
}

/** Everything that a decider of jobs can be told, without a log: cheap, so that many more histories are tried. */
test("no command is decided into an event that the rules forbid", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      let history: readonly JobEvent[] = [];
      for (const each of steps) {
        const state = history.reduce(jobDecider.evolve, jobDecider.initial("j1"));
        try {
          history = [...history, ...jobDecider.decide(state, commandOf(each, state))];
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
        }
      }
      checkHistory(history);
      for (const event of history) catalogue.check(event);
      const { scenes } = history.reduce(jobDecider.evolve, jobDecider.initial("j1"));
      if (scenes.length > 0)
        expect(scenes.reduce((sum, { duration }) => sum + Math.round(duration * 10), 0)).toBe(TENTHS);
    }),
    { numRuns: 300 },
  );
});
