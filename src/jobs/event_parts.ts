import { type Static, Type } from "@sinclair/typebox";
import { ERROR_CODES } from "../core/errors.ts";
import { Nullable, OneOf } from "../core/schema_kit.ts";
import { MEDIA_KINDS } from "../media/mod.ts";

/** The id of anything. */
export const Id = Type.String({ minLength: 1, maxLength: 200 });
/** Any text. */
export const Text = Type.String();
/** A duration. */
export const Seconds = Type.Number({ minimum: 0.1, description: "seconds, in tenths" });
/** An amount of money. */
export const Dollars = Type.Number({ minimum: 0, description: "US dollars" });
/** A free object. */
export const Metadata = Type.Record(Type.String(), Type.Unknown());

/** Where in the workflow a job is, without its ends. */
export const JOB_STEPS = ["assets", "planning", "rendering"] as const;
/** A step that can fail and be retried. */
export type JobStep = (typeof JOB_STEPS)[number];

/** What the person asked for, as it was given. */
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
  }),
  advanced: Type.Optional(Metadata),
  generateAudio: Type.Optional(Type.Boolean()),
});

/** The shapes of a video: width to height. */
export const VIDEO_FORMATS = ["16:9", "9:16", "1:1"] as const;
/** The sizes of a video: the pixels of its shorter side. */
export const RESOLUTIONS = ["480p", "720p", "1080p"] as const;

/** What the video will be, after defaults. */
export const VideoSpecs = Type.Object({
  duration: Seconds,
  format: OneOf(VIDEO_FORMATS),
  resolution: OneOf(RESOLUTIONS),
});

/** An asset that a job uses, as it was when the job was made. */
export const UsedAsset = Type.Object({
  assetId: Id,
  role: Nullable(Text),
  /** The job asked for it by URL. */
  imported: Type.Boolean(),
  /** It was ready when the job was made, so that nothing has to be waited for. */
  ready: Type.Boolean(),
});

/** What an event says of an asset. */
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

/** A scene of a storyboard; its number is its place, from 1. */
export const StoredScene = Type.Object({ sceneId: Id, ...SceneContent });

/** What a planner took. */
export const Usage = Type.Object({
  provider: Text,
  model: Text,
  inputTokens: Type.Integer({ minimum: 0 }),
  outputTokens: Type.Integer({ minimum: 0 }),
  cost: Nullable(Dollars),
  durationMs: Type.Number({ minimum: 0 }),
});

/** How long each scene is afterwards. */
export const Durations = Type.Array(Type.Object({ sceneId: Id, duration: Seconds }), {
  description: "The durations of all scenes afterwards, in order.",
});

/** What a new version of a scene must keep to. */
export const Constraints = Type.Object({
  duration: Type.Optional(Seconds),
  mustIncludeAssets: Type.Optional(Type.Array(Id)),
  style: Type.Optional(Text),
});

/** Why something failed. */
export const Failure = { code: OneOf(ERROR_CODES), message: Text };

/** Bytes that are stored. */
export const Blob = {
  blobId: Id,
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  sizeBytes: Type.Integer({ minimum: 1 }),
};

/** A scene as events have it. */
export type StoredScene = Static<typeof StoredScene>;
/** An asset that a job uses, as it was when the job was made. */
export type UsedAsset = Static<typeof UsedAsset>;
/** What an event says of an asset. */
export type AssetFacts = Static<typeof AssetFacts>;
/** What the video will be. */
export type VideoSpecs = Static<typeof VideoSpecs>;
