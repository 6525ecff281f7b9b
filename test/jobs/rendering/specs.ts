import type { Static } from "@sinclair/typebox";
import { AppError } from "../../../src/core/errors.ts";
import type { JobCommand } from "../../../src/jobs/command.ts";
import { jobDecider } from "../../../src/jobs/decide.ts";
import {
  type AssetFacts,
  JobAssetsReady,
  JobCancelled,
  JobCompleted,
  JobCreated,
  type JobEvent,
  JobFailed,
  type JobStep,
  ScenesGenerated,
  type StoredScene,
  StoryboardApproved,
  VideoRendered,
} from "../../../src/jobs/events.ts";
import type { JobStatus } from "../../../src/jobs/workflow.ts";

/** The usage and cost of a plan. */
export const USAGE = {
  provider: "template",
  model: "template-1",
  inputTokens: 0,
  outputTokens: 0,
  cost: 0,
  durationMs: 1,
} as const;

/** A scene called `s1`, `s2` …; anything can be said otherwise. */
export function scene(number: number, more: Partial<StoredScene> = {}): StoredScene {
  return {
    sceneId: `s${number}`,
    duration: 2,
    description: `View ${number}`,
    script: `Line ${number}`,
    shotType: "wide",
    transition: "cut",
    assets: number === 1 ? ["a1"] : [],
    metadata: {},
    ...more,
  };
}

/** A video as a renderer makes it. */
export const VIDEO: Static<typeof VideoRendered.schema> = {
  blobId: "b",
  sha256: "ab".repeat(32),
  sizeBytes: 9,
  contentType: "video/mp4",
  width: 854,
  height: 480,
  duration: 6,
  thumbnail: null,
  warnings: [],
  cost: 0.003,
};

/** A job of six seconds with one asset. */
export const created = JobCreated.of({
  request: {
    context: { clientId: "c1" },
    adBasics: { product: "p", targetAudience: "t", keyMessage: "k", callToAction: "c" },
    creative: { direction: { style: "s" } },
  },
  specs: { duration: 6, format: "16:9", resolution: "720p" },
  assets: [{ assetId: "a1", role: null, imported: true, ready: false }],
  brand: null,
  estimatedCost: 0.007,
  sceneBounds: { min: 3, max: 7 },
});

/** Its asset as it is known when it is ready. */
export const ASSET: AssetFacts = {
  assetId: "a1",
  kind: "image",
  name: "n",
  tags: [],
  width: 1,
  height: 1,
  duration: null,
};
const assetsReady = JobAssetsReady.of({ assets: [ASSET], cost: 0.001 });
/** Its first storyboard: `s1`, `s2`, `s3` of two seconds each. */
export const planned = ScenesGenerated.of({ plan: 1, scenes: [scene(1), scene(2), scene(3)], usage: USAGE });
/** Its end in an error. */
export function failed(step: JobStep): JobEvent {
  return JobFailed.of({ step, code: "source_error", message: "Cannot", assetId: null });
}

/** The events that lead to each status. */
export const HISTORIES: Readonly<Record<JobStatus, readonly JobEvent[]>> = {
  pending: [created],
  storyboard_processing: [created, assetsReady],
  storyboard_ready: [created, assetsReady, planned],
  video_processing: [created, assetsReady, planned, StoryboardApproved.of({})],
  completed: [created, assetsReady, planned, StoryboardApproved.of({}), VideoRendered.of(VIDEO), JobCompleted.of({})],
  failed: [created, assetsReady, failed("planning")],
  cancelled: [created, JobCancelled.of({})],
};

/**
 * Given events, when a command, then events or an error.
 *
 * @example
 * ```ts
 * expect(given(...HISTORIES.pending).when({ do: "cancel" })).toEqual([JobCancelled.of({})]);
 * ```
 */
export function given(...history: readonly JobEvent[]) {
  const state = history.reduce(jobDecider.evolve, jobDecider.initial("j1"));
  return {
    state,
    when: (command: JobCommand) => jobDecider.decide(state, command),
    /** The error of a command that must fail. */
    refuses(command: JobCommand): AppError {
      try {
        jobDecider.decide(state, command);
      } catch (error) {
        if (error instanceof AppError) return error;
        throw error;
      }
      throw new Error("it was not refused");
    },
    /** The same job after a command. */
    after: (command: JobCommand) => given(...history, ...jobDecider.decide(state, command)),
  };
}
