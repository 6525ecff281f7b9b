import { type Static, Type } from "@sinclair/typebox";
import { AssetKind } from "../../assets/mod.ts";
import { Nullable, OneOf, OptionalReference, Reference } from "../../core/schema_kit.ts";
import { PageQuery } from "../../http/mod.ts";
import { CAPTION_STYLES, LOOKS, PLATFORMS, RESOLUTIONS, VIDEO_FORMATS } from "../../media/mod.ts";
import { SPEED } from "../../speech/mod.ts";
import {
  GivenScene,
  GivenStoryboard,
  MAX_ASSETS_PER_SCENE,
  SceneConstraints,
  SceneDraft,
  TEXT_LIMITS,
} from "../../storyboard/mod.ts";
import { actionExample, jobRequestExample, regenerationExample, sceneEditExample } from "../examples.ts";
import { JOB_ACTIONS, JOB_STATUSES } from "../workflow.ts";

const STRICT = { additionalProperties: false } as const;

/** The most assets of a job. */
const MAX_ASSETS = 50;

function Text(example: string, maxLength = 5_000) {
  return Type.String({
    minLength: 1,
    maxLength,
    pattern: "\\S",
    "x-rule": "text that is not blank",
    examples: [example],
  });
}

const Duration = Type.Number({
  minimum: 3,
  maximum: 180,
  description: "seconds, in tenths, 3 to 180",
  examples: [15],
});

const Resolution = OneOf(RESOLUTIONS);

/** An asset of a job request, by URL or by id. */
export const RequestedAsset = Type.Object(
  {
    url: Type.Optional(Type.String({ minLength: 1, maxLength: 8_192 })),
    assetId: Type.Optional(Reference),
    type: Type.Optional(AssetKind),
    name: Type.Optional(Text("Bottle on a beach", 300)),
    role: Type.Optional(Text("product_shot", 200)),
    keepSound: Type.Optional(
      Type.Boolean({ description: "True to hear the sound of a video under the voice; else it is silent." }),
    ),
  },
  {
    ...STRICT,
    description:
      "Either `url` or `assetId`. `role` is free text; planners recognise `product_shot`, `first_frame` … An audio asset is the music, or with the role `voice_over` the voice.",
  },
);

/** An asset of a job request. */
export type RequestedAsset = Static<typeof RequestedAsset>;

/** The most videos of a job. */
const MAX_OUTPUTS = 6;

const OUTPUT_NAME =
  "^[^/\\\\?#%\\s\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069.][^/\\\\?#%\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$";

/** One video of a job request. */
const RequestedOutput = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 60,
        pattern: OUTPUT_NAME,
        "x-rule": "a name without / \\ ? # % and control characters that does not start with a dot or a space",
        description: "Usable in place of the id; unique within the job, whatever its case.",
        examples: ["Reels"],
      }),
    ),
    format: OneOf(VIDEO_FORMATS),
    resolution: Type.Optional(OneOf(RESOLUTIONS, { description: "That of the video when absent." })),
    platform: Type.Optional(
      OneOf(PLATFORMS, {
        description: "The app whose buttons are kept clear; `generic`, the default, is clear of all.",
      }),
    ),
  },
  STRICT,
);

/** The fields of `creative` for the sound and picture of the video. */
const PRODUCTION_FIELDS = {
  language: Type.Optional(
    Type.String({
      minLength: 2,
      maxLength: 35,
      description: "BCP 47. Absent: the language of the brief.",
      examples: ["en"],
    }),
  ),
  voice: Type.Optional(
    Nullable(
      Type.Object(
        {
          voice: Type.Optional(
            Type.String({
              maxLength: 100,
              // Voices become an argument of a program or a part of a URL.
              pattern: "^[A-Za-z0-9][A-Za-z0-9 ._+()-]*$",
              "x-rule": "a name of letters, digits, spaces and . _ + - ( )",
              description: "A voice of the server's speech provider; absent for the one of its settings.",
              examples: ["slt"],
            }),
          ),
          speed: Type.Optional(
            Type.Number({ minimum: SPEED.min, maximum: SPEED.max, description: "1 is the voice's own." }),
          ),
        },
        STRICT,
      ),
      { description: "null for no voice. Absent: the server's voice, unless `generateAudio` is false." },
    ),
  ),
  captions: Type.Optional(
    Type.Object(
      {
        style: OneOf(CAPTION_STYLES, {
          description: "`words` shows a few words at a time with the spoken one in the accent colour.",
        }),
      },
      STRICT,
    ),
  ),
  music: Type.Optional(
    Nullable(
      Type.Object(
        {
          style: Type.Optional(Text("acoustic guitar", 500)),
          level: Type.Optional(
            Type.Number({ minimum: -12, maximum: 12, description: "Decibels relative to the usual level." }),
          ),
        },
        STRICT,
      ),
      { description: "null for no music. Absent: by `direction.musicStyle`, unless `generateAudio` is false." },
    ),
  ),
  look: Type.Optional(
    OneOf(LOOKS, { description: "`animatic` shows the number and shot of each scene; `final` is the default." }),
  ),
  outputs: Type.Optional(
    Type.Array(RequestedOutput, {
      minItems: 1,
      maxItems: MAX_OUTPUTS,
      description: "Videos of the same cuts and sound in several shapes. Absent: one, as `videoSpecs` says.",
    }),
  ),
};

/** The body of POST `/jobs` and `/jobs/dry-run`. */
export const CreateJob = Type.Object(
  {
    context: Type.Object(
      {
        clientId: Reference,
        campaignId: Type.Optional(OptionalReference),
        userId: Type.Optional(
          Nullable(Type.String({ maxLength: 200, description: "Stored as given; grants no rights." })),
        ),
      },
      STRICT,
    ),
    adBasics: Type.Object(
      {
        product: Text("Aurora, a solar lantern for campers"),
        targetAudience: Text("weekend campers who pack light"),
        keyMessage: Text("Light for three nights from one day of sun"),
        callToAction: Text("Order yours at aurora.example"),
      },
      STRICT,
    ),
    creative: Type.Object(
      {
        videoSpecs: Type.Optional(
          Type.Object(
            {
              duration: Type.Optional(Duration),
              format: Type.Optional(OneOf(VIDEO_FORMATS, { description: "16:9 when absent." })),
              resolution: Type.Optional(Resolution),
            },
            STRICT,
          ),
        ),
        direction: Type.Object(
          {
            style: Text("warm documentary", 1_000),
            tone: Type.Optional(Nullable(Text("calm", 1_000))),
            visualElements: Type.Optional(Nullable(Type.Array(Text("campfire", 500), { maxItems: 50 }))),
            musicStyle: Type.Optional(Nullable(Text("acoustic guitar", 500))),
          },
          STRICT,
        ),
        assets: Type.Optional(Type.Array(RequestedAsset, { maxItems: MAX_ASSETS })),
        storyboard: Type.Optional(GivenStoryboard),
        ...PRODUCTION_FIELDS,
      },
      STRICT,
    ),
    advanced: Type.Optional(
      Type.Object(
        {
          duration: Type.Optional(Duration),
          resolution: Type.Optional(Resolution),
          modelPreferences: Type.Optional(
            Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 50 }),
          ),
        },
        STRICT,
      ),
    ),
    generateAudio: Type.Optional(
      Type.Boolean({
        description: "True, the default, for a voice and music; false for only the sound of the given assets.",
      }),
    ),
  },
  { ...STRICT, title: "JobRequest", examples: [jobRequestExample] },
);
/** The body of POST `/jobs`. */
export type CreateJob = Static<typeof CreateJob>;

/** The query of GET `/jobs`. */
export const JobQuery = Type.Object({
  client_id: Type.Optional({ ...Reference, description: "Only jobs of this client." }),
  campaign_id: Type.Optional({ ...Reference, description: "Only jobs of this campaign." }),
  status: Type.Optional(OneOf(JOB_STATUSES, { description: "Only jobs with this status; all when absent." })),
  ...PageQuery,
});

const Feedback = Text("Show the lantern in the first second", TEXT_LIMITS.feedback);

/** The body of PUT `/jobs/{id}/scenes/{scene}`; absent fields stay unchanged. */
export const SceneEdit = Type.Object(
  {
    duration: Type.Optional(Type.Number({ minimum: 0.5, maximum: 180 })),
    description: Type.Optional(SceneDraft.properties.description),
    script: Type.Optional(SceneDraft.properties.script),
    shotType: Type.Optional(SceneDraft.properties.shotType),
    transition: Type.Optional(GivenScene.properties.transition),
    assets: Type.Optional(Type.Array(Reference, { maxItems: MAX_ASSETS_PER_SCENE, uniqueItems: true })),
    metadata: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 50 })),
  },
  { ...STRICT, title: "SceneEdit", examples: [sceneEditExample] },
);

/** The body of POST `/jobs/{id}/scenes/{scene}/regenerate`. */
export const RegenerateScene = Type.Object(
  { feedback: Type.Optional(Feedback), constraints: Type.Optional(SceneConstraints) },
  { ...STRICT, title: "SceneRegeneration", examples: [regenerationExample] },
);

/** The body of POST `/jobs/{id}/actions`; the payload is checked against {@linkcode ActionPayloads}. */
export const ActionRequest = Type.Object(
  {
    action: OneOf([...JOB_ACTIONS, "approve_storyboard"]),
    payload: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { ...STRICT, title: "JobActionRequest", examples: [actionExample] },
);

/** The payload schemas of the actions. */
export const ActionPayloads = {
  reject_storyboard: Type.Object({ feedback: Feedback }, STRICT),
  regenerate_all_scenes: Type.Object({ feedback: Type.Optional(Feedback) }, STRICT),
  regenerate_scene: Type.Object(
    {
      sceneId: Type.Optional(Reference),
      sceneNumber: Type.Optional(Type.Integer({ minimum: 1 })),
      ...RegenerateScene.properties,
    },
    STRICT,
  ),
  none: Type.Object({}, STRICT),
};
