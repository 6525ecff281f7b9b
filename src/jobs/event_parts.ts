import { type Static, Type } from "@sinclair/typebox";
import { AnyErrorCode, Nullable, OneOf } from "../core/schema_kit.ts";
import { CAPTION_STYLES, LOOKS, MEDIA_KINDS, PLATFORMS, RESOLUTIONS, VIDEO_FORMATS } from "../media/mod.ts";

/** An id. */
export const Id = Type.String({ minLength: 1, maxLength: 200 });
/** Any text. */
export const Text = Type.String();
/** A duration. */
export const Seconds = Type.Number({ minimum: 0.1, description: "seconds, in tenths" });
/** An amount of money. */
export const Dollars = Type.Number({ minimum: 0, description: "US dollars" });
/** A free object. */
export const Metadata = Type.Record(Type.String(), Type.Unknown());

/** The steps of the workflow. */
export const JOB_STEPS = ["assets", "planning", "rendering"] as const;
/** A step that can fail and be retried. */
export type JobStep = (typeof JOB_STEPS)[number];

/** The request of a job, as given. */
export const JobRequest = Type.Object({
  context: Type.Object({
    clientId: Id,
    campaignId: Type.Optional(Nullable(Id)),
    userId: Type.Optional(Nullable(Text)),
  }),
  adBasics: Type.Object({ product: Text, targetAudience: Text, keyMessage: Text, callToAction: Text }),
  creative: Type.Object({
    videoSpecs: Type.Optional(Metadata),
    direction: Type.Object({
      style: Text,
      tone: Type.Optional(Nullable(Text)),
      visualElements: Type.Optional(Nullable(Type.Array(Text))),
      musicStyle: Type.Optional(Nullable(Text)),
    }),
    assets: Type.Optional(Type.Array(Metadata)),
    storyboard: Type.Optional(Metadata),
    language: Type.Optional(Text),
    voice: Type.Optional(Nullable(Type.Object({ voice: Type.Optional(Text), speed: Type.Optional(Type.Number()) }))),
    captions: Type.Optional(Metadata),
    music: Type.Optional(Nullable(Metadata)),
    look: Type.Optional(Text),
    outputs: Type.Optional(Type.Array(Metadata)),
  }),
  advanced: Type.Optional(Metadata),
  generateAudio: Type.Optional(Type.Boolean()),
});

/** The video's duration, shape and size, after defaults. */
export const VideoSpecs = Type.Object({
  duration: Seconds,
  format: OneOf(VIDEO_FORMATS),
  resolution: OneOf(RESOLUTIONS),
});

/** One video of a job: its shape and size, and the app that it is made for. */
export const VideoOutput = Type.Object({
  id: Id,
  name: Text,
  format: OneOf(VIDEO_FORMATS),
  resolution: OneOf(RESOLUTIONS),
  platform: OneOf(PLATFORMS),
});

/** The sound and picture of a job's videos, after defaults. */
export const Production = Type.Object({
  language: Nullable(
    Type.String({ description: "BCP 47: as requested, or as recognised in the brief; null if it is unknown." }),
  ),
  voice: Nullable(
    Type.Object({
      voice: Nullable(Type.String({ description: "null for the server's voice" })),
      speed: Type.Number(),
    }),
  ),
  captions: OneOf(CAPTION_STYLES),
  music: Nullable(
    Type.Object({
      style: Nullable(Type.String({ description: "null for that of the direction" })),
      level: Type.Number({ description: "decibels relative to the usual level" }),
    }),
  ),
  look: OneOf(LOOKS),
  outputs: Type.Array(VideoOutput, { minItems: 1 }),
});

/** An asset of a job, as it was when the job was created. */
export const UsedAsset = Type.Object({
  assetId: Id,
  role: Nullable(Text),
  /** The sound of a video asset is heard. */
  keepSound: Type.Optional(Type.Boolean()),
  /** The job requested it by URL. */
  imported: Type.Boolean(),
  /** True when it was ready at the creation of the job. */
  ready: Type.Boolean(),
});

/** The facts of an asset in events. */
export const AssetFacts = Type.Object({
  assetId: Id,
  kind: OneOf(MEDIA_KINDS),
  name: Text,
  tags: Type.Array(Text),
  width: Nullable(Type.Integer()),
  height: Nullable(Type.Integer()),
  duration: Nullable(Type.Number({ description: "seconds" })),
});

/** A scene without its id. */
export const SceneContent = {
  duration: Seconds,
  description: Text,
  script: Text,
  shotType: Text,
  transition: Text,
  assets: Type.Array(Id),
  metadata: Metadata,
};

/** A scene of a storyboard; its number is its position, from 1. */
export const StoredScene = Type.Object({ sceneId: Id, ...SceneContent });

/** The cost and duration of a plan. */
export const Usage = Type.Object({
  provider: Text,
  model: Text,
  inputTokens: Type.Integer({ minimum: 0 }),
  outputTokens: Type.Integer({ minimum: 0 }),
  cost: Nullable(Dollars),
  durationMs: Type.Number({ minimum: 0 }),
});

/** The durations of all scenes after a change. */
export const Durations = Type.Array(Type.Object({ sceneId: Id, duration: Seconds }), {
  description: "The durations of all scenes afterwards, in order.",
});

/** The constraints on a regenerated scene. */
export const Constraints = Type.Object({
  duration: Type.Optional(Seconds),
  mustIncludeAssets: Type.Optional(Type.Array(Id)),
  style: Type.Optional(Text),
});

/** The error of a failure. */
export const Failure = { code: AnyErrorCode, message: Text };

/** The part of a work that is done. */
export const Fraction = Type.Number({ minimum: 0, maximum: 1 });

/** A problem with a scene or, for null, with the whole video, which is made in spite of it. */
export const Warning = Type.Object({ sceneNumber: Nullable(Type.Integer({ minimum: 1 })), message: Text });

/** A stored blob. */
export const Blob = {
  blobId: Id,
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  sizeBytes: Type.Integer({ minimum: 1 }),
};

/** A word of a spoken line; its times are seconds of the line. */
export const Word = Type.Object({
  text: Text,
  start: Type.Number({ minimum: 0 }),
  end: Type.Number({ minimum: 0 }),
  timing: OneOf(["aligned", "vendor", "estimated"]),
});

/** A scene in events. */
export type StoredScene = Static<typeof StoredScene>;
/** An asset of a job, as it was when the job was created. */
export type UsedAsset = Static<typeof UsedAsset>;
/** The facts of an asset in events. */
export type AssetFacts = Static<typeof AssetFacts>;
/** One video of a job. */
export type VideoOutput = Static<typeof VideoOutput>;
/** The sound and picture of a job's videos. */
export type Production = Static<typeof Production>;
/** The video's duration, shape and size. */
export type VideoSpecs = Static<typeof VideoSpecs>;
