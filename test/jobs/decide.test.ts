import { describe, expect, test } from "bun:test";
import type { JobCommand, OutcomeCommand } from "../../src/jobs/command.ts";
import { JobRetried, ScenesGenerated } from "../../src/jobs/events.ts";
import { ALLOWED_ACTIONS, JOB_STATUSES, type JobAction, type JobStatus } from "../../src/jobs/workflow.ts";
import { ASSET, created, failed, given, HISTORIES, planned, scene, USAGE, VIDEO } from "./rendering/specs.ts";

const COMMANDS: Readonly<Record<JobAction, JobCommand>> = {
  approve: { do: "approve" },
  reject_storyboard: { do: "reject storyboard", feedback: "Warmer" },
  regenerate_scene: { do: "regenerate scene", scene: 2, feedback: null, constraints: null },
  regenerate_all_scenes: { do: "regenerate all scenes", feedback: null },
  retry: { do: "retry", waitingFor: [] },
  cancel: { do: "cancel" },
};

/** The result of each action where it is allowed: the events, and the status after them. */
const OUTCOMES: Readonly<Record<JobAction, { readonly events: readonly string[]; readonly status: JobStatus }>> = {
  approve: { events: ["StoryboardApproved"], status: "video_processing" },
  reject_storyboard: { events: ["StoryboardRejected"], status: "storyboard_processing" },
  regenerate_scene: { events: ["SceneRegenerationRequested"], status: "storyboard_ready" },
  regenerate_all_scenes: { events: ["StoryboardRegenerationRequested"], status: "storyboard_processing" },
  retry: { events: ["JobRetried"], status: "storyboard_processing" },
  cancel: { events: ["JobCancelled"], status: "cancelled" },
};

/** The table of docs/architecture.md, written out once more. */
const ALLOWED: Readonly<Record<JobStatus, readonly string[]>> = {
  pending: ["cancel"],
  storyboard_processing: ["cancel"],
  storyboard_ready: ["approve", "reject_storyboard", "regenerate_scene", "regenerate_all_scenes", "cancel"],
  video_processing: ["cancel"],
  completed: [],
  failed: ["retry", "cancel"],
  cancelled: [],
};

const ACTIONS = [
  "approve",
  "reject_storyboard",
  "regenerate_scene",
  "regenerate_all_scenes",
  "retry",
  "cancel",
] as const;

describe.each(JOB_STATUSES)("a job that is %s", (status) => {
  const job = given(...HISTORIES[status]);

  test("is in that status by its events", () => {
    expect(job.state.status).toBe(status);
    expect(ALLOWED_ACTIONS[status]).toEqual(
      ALLOWED[status].filter((action): action is JobAction => action in COMMANDS),
    );
  });

  test.each(ACTIONS)("meets %s as the design says", (action) => {
    if (status === "cancelled" && action === "cancel") {
      expect(job.when(COMMANDS.cancel)).toEqual([]);
    } else if (ALLOWED[status].includes(action)) {
      expect(typesOf(job.when(COMMANDS[action]))).toEqual([...OUTCOMES[action].events]);
      expect(job.after(COMMANDS[action]).state.status).toBe(OUTCOMES[action].status);
    } else {
      const { code, message, details } = job.refuses(COMMANDS[action]);
      expect({ code, details }).toEqual({ code: "wrong_state", details: { status, allowedActions: ALLOWED[status] } });
      expect(message).toMatch(new RegExp(`^Cannot .+: the job is ${status}$`));
    }
  });

  test.each<[string, JobCommand]>([
    ["edit", { do: "update scene", scene: 1, changes: { script: "Other" } }],
    ["deletion", { do: "delete scene", scene: 1 }],
  ])("allows the %s of a scene only while people look at the storyboard", (_what, command) => {
    const isAllowed = status === "storyboard_ready";
    expect(isAllowed ? job.when(command) : job.refuses(command)).toMatchObject(
      isAllowed ? [{ data: expect.anything() }] : { code: "wrong_state", details: { status } },
    );
  });

  test("cannot be created again", () => {
    expect(job.when({ do: "create", job: created.data })).toEqual([]);
  });
});

test.each(ACTIONS)("a job that there is not cannot %s", (action) => {
  expect(given().refuses(COMMANDS[action]).code).toBe("not_found");
});

describe("an outcome of work", () => {
  const outcomes: readonly (readonly [OutcomeCommand, JobStatus, string[]])[] = [
    [{ do: "note assets ready", assets: [ASSET], cost: 0 }, "pending", ["JobAssetsReady"]],
    [
      { do: "store scenes", plan: 1, scenes: [scene(1), scene(2), scene(3)], usage: USAGE },
      "storyboard_processing",
      ["ScenesGenerated"],
    ],
    [{ do: "start render", renderer: "r" }, "video_processing", ["RenderStarted"]],
    [{ do: "note render progress", fraction: 0.5 }, "video_processing", ["RenderProgressed"]],
    [
      { do: "complete", outputs: [{ outputId: "o1", video: VIDEO }] },
      "video_processing",
      ["VideoRendered", "JobCompleted"],
    ],
    [{ do: "fail", step: "assets", error: { code: "internal", message: "Cannot" } }, "pending", ["JobFailed"]],
    [
      { do: "fail", step: "planning", plan: 1, error: { code: "internal", message: "Cannot" } },
      "storyboard_processing",
      ["JobFailed"],
    ],
    [
      { do: "fail", step: "rendering", error: { code: "internal", message: "Cannot" } },
      "video_processing",
      ["JobFailed"],
    ],
  ];

  test.each(outcomes.map((each, at) => [at + 1, ...each] as const))("counts only in its step (%p)", (...row) => {
    const [, outcome, status, types] = row;
    for (const each of JOB_STATUSES) {
      expect({ each, types: typesOf(given(...HISTORIES[each]).when(outcome)) }).toEqual({
        each,
        types: each === status ? types : [],
      });
    }
  });

  test("of an earlier plan is dropped, also when it failed", () => {
    const job = given(...HISTORIES.storyboard_ready).after({ do: "reject storyboard", feedback: "No" });
    expect(job.when({ do: "store scenes", plan: 1, scenes: [scene(1)], usage: null })).toEqual([]);
    const error = { code: "source_error", message: "Cannot" } as const;
    expect(job.when({ do: "fail", step: "planning", plan: 1, error })).toEqual([]);
    expect(job.when({ do: "fail", step: "planning", plan: 2, error })).toHaveLength(1);
  });

  test("names the asset that failed", () => {
    const error = { code: "source_error", message: "Cannot", assetId: "a1" } as const;
    const [event] = given(...HISTORIES.pending).when({ do: "fail", step: "assets", error });
    expect(event?.data).toEqual({ step: "assets", ...error });
  });

  test("of all regenerated scenes keeps the ids of the scenes that were there", () => {
    const job = given(...HISTORIES.storyboard_ready).after({ do: "regenerate all scenes", feedback: null });
    const scenes = ["n1", "n2", "n3", "n4"].map((sceneId, at) => scene(at + 1, { sceneId }));
    const after = job.after({ do: "store scenes", plan: 2, scenes, usage: USAGE });
    expect(after.state.scenes.map(({ sceneId }) => sceneId)).toEqual(["s1", "s2", "s3", "n4"]);
    const fewer = job.after({ do: "store scenes", plan: 2, scenes: scenes.slice(0, 2), usage: USAGE });
    expect(fewer.state.scenes.map(({ sceneId }) => sceneId)).toEqual(["s1", "s2"]);
  });
});

describe("a retry", () => {
  const error = { code: "unavailable", message: "Cannot" } as const;

  test("goes back to the step that failed, with the plan that the job was at", () => {
    const regenerated = given(...HISTORIES.storyboard_ready)
      .after({ do: "reject storyboard", feedback: "No" })
      .after({ do: "fail", step: "planning", plan: 2, error });
    expect(regenerated.when({ do: "retry", waitingFor: [] })).toEqual([
      JobRetried.of({ step: "planning", plan: 2, waitingFor: [] }),
    ]);
    expect(regenerated.after({ do: "retry", waitingFor: [] }).state).toMatchObject({ plan: 2, feedback: ["No"] });
  });

  test("of the assets names those that it waits for", () => {
    const job = given(created, failed("assets"));
    expect(job.when({ do: "retry", waitingFor: ["a1"] })).toEqual([
      JobRetried.of({ step: "assets", plan: 0, waitingFor: ["a1"] }),
    ]);
    expect(job.after({ do: "retry", waitingFor: ["a1"] }).state.status).toBe("pending");
  });

  test("of the render keeps the storyboard locked", () => {
    const job = given(...HISTORIES.video_processing).after({ do: "fail", step: "rendering", error });
    const again = job.after({ do: "retry", waitingFor: [] });
    expect(again.state).toMatchObject({ status: "video_processing", failedStep: null });
    expect(again.state.scenes).toEqual(planned.data.scenes);
    expect(again.refuses({ do: "delete scene", scene: 1 }).code).toBe("wrong_state");
  });
});

test("feedback on whole storyboards is kept, oldest first, and each plan has its number", () => {
  const first = given(...HISTORIES.storyboard_ready).after({ do: "reject storyboard", feedback: "Warmer" });
  const second = given(
    ...HISTORIES.storyboard_ready,
    ...first.state.feedback.map((feedback) => ({ ...rejected, data: { plan: 2, feedback } })),
    ScenesGenerated.of({ plan: 2, scenes: [scene(1), scene(2)], usage: null }),
  ).after({ do: "regenerate all scenes", feedback: "Shorter" });
  expect(second.state).toMatchObject({ plan: 3, feedback: ["Warmer", "Shorter"] });
  const silent = given(...HISTORIES.storyboard_ready).after({ do: "regenerate all scenes", feedback: null });
  expect(silent.state).toMatchObject({ plan: 2, feedback: [] });
});

function typesOf(events: readonly { readonly type: string }[]): string[] {
  return events.map(({ type }) => type);
}

const rejected = { type: "StoryboardRejected", schemaVersion: 1 } as const;
