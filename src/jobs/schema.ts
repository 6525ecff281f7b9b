import { Type } from "@sinclair/typebox";
import { AnyErrorCode, Nullable, OneOf, Time } from "../core/schema_kit.ts";
import { RESOLUTIONS, VIDEO_FORMATS } from "../media/mod.ts";
import { TRANSITIONS } from "../storyboard/mod.ts";
import { jobExample, sceneExample } from "./examples.ts";
import { JobOutput } from "./rendering/output_view.ts";
import { JOB_ACTIONS, JOB_STATUSES, PROGRESS_STEPS } from "./workflow.ts";

const STRICT = { additionalProperties: false } as const;

const Resolution = OneOf(RESOLUTIONS);

/** A scene in responses. */
export const Scene = Type.Object(
  {
    id: Type.String(),
    jobId: Type.String(),
    sceneNumber: Type.Integer({ minimum: 1 }),
    duration: Type.Number({ description: "seconds, in tenths" }),
    description: Type.String(),
    script: Type.String(),
    shotType: Type.String(),
    transition: OneOf(TRANSITIONS, { description: "into this scene" }),
    assets: Type.Array(Type.String(), { description: "asset ids" }),
    metadata: Type.Record(Type.String(), Type.Unknown()),
    createdAt: Time,
    updatedAt: Time,
  },
  { ...STRICT, title: "Scene", examples: [sceneExample] },
);

const Url = Nullable(Type.String());
const Open = Type.Record(Type.String(), Type.Unknown());

/** A job in responses. Unknown values are null. */
export const Job = Type.Object(
  {
    id: Type.String(),
    userId: Type.String({ description: "The owner." }),
    clientId: Type.String(),
    campaignId: Nullable(Type.String()),
    status: OneOf(JOB_STATUSES),
    allowedActions: Type.Array(OneOf(JOB_ACTIONS)),
    progress: Type.Object({
      currentStep: OneOf(PROGRESS_STEPS),
      percentage: Type.Integer({ minimum: 0, maximum: 100 }),
      estimatedCompletion: Nullable(
        Type.String({ description: "RFC 3339; null when it is unknown or depends on users." }),
      ),
    }),
    context: Type.Object({
      clientId: Type.String(),
      campaignId: Type.Optional(Nullable(Type.String())),
      userId: Type.Optional(Nullable(Type.String())),
    }),
    adBasics: Type.Object({
      product: Type.String(),
      targetAudience: Type.String(),
      keyMessage: Type.String(),
      callToAction: Type.String(),
    }),
    creative: Open,
    advanced: Nullable(Open),
    generateAudio: Type.Boolean(),
    videoSpecs: Type.Object({ duration: Type.Number(), format: OneOf(VIDEO_FORMATS), resolution: Resolution }),
    assetIds: Type.Array(Type.String()),
    scenes: Type.Array(Scene),
    outputs: Type.Array(JobOutput, { description: "The videos, in the order of the request." }),
    videoUrl: Nullable(Type.String({ description: "The video of the first output." })),
    thumbnailUrl: Nullable(Type.String()),
    captionsUrl: Type.Object({ srt: Url, vtt: Url }, { description: "null until the sound is mixed." }),
    audioUrl: Type.Object(
      { voice: Url, music: Url, mix: Url },
      { description: "The stems as WAV; null until the sound is mixed, and for what the video does not have." },
    ),
    storyboardUrl: Nullable(Type.String({ description: "All scenes on one sheet, as a PNG." })),
    warnings: Type.Array(Type.Object({ sceneNumber: Nullable(Type.Integer()), message: Type.String() }), {
      description: "Before the video: scripts in another language or too long. After it: what is not shown as planned.",
    }),
    error: Nullable(Type.Object({ code: AnyErrorCode, message: Type.String(), assetId: Type.Optional(Type.String()) })),
    estimatedCost: Type.Number(),
    actualCost: Nullable(Type.Number({ description: "The amount spent so far; null before the first cost." })),
    currency: Type.Literal("USD"),
    version: Type.Integer({ description: "Also the ETag." }),
    createdAt: Time,
    updatedAt: Time,
  },
  { ...STRICT, title: "Job", examples: [jobExample] },
);

/** The response of POST `/jobs/dry-run`. */
export const Estimate = Type.Object(
  {
    estimatedCost: Type.Number(),
    currency: Type.Literal("USD"),
    breakdown: Type.Object({
      assets: Type.Object({ imported: Type.Integer(), cost: Type.Number() }),
      planning: Type.Object({ provider: Type.String(), model: Type.String(), cost: Nullable(Type.Number()) }),
      voice: Nullable(Type.Object({ provider: Type.String(), model: Type.String(), cost: Nullable(Type.Number()) }), {
        description: "null without a voice; its `cost` is null where the price is unknown",
      }),
      rendering: Type.Object({
        seconds: Type.Number(),
        resolution: Resolution,
        outputs: Type.Array(
          Type.Object({
            name: Type.String(),
            format: OneOf(VIDEO_FORMATS),
            resolution: Resolution,
            cost: Type.Number(),
          }),
        ),
        cost: Type.Number({ description: "of all outputs" }),
      }),
    }),
    validUntil: Time,
  },
  { ...STRICT, title: "JobEstimate" },
);
