import { type Static, Type } from "@sinclair/typebox";
import { OneOf } from "../core/schema_kit.ts";
import { TRANSITIONS } from "./vocabulary.ts";

/** The longest texts of a scene, in UTF-16 units, as JSON Schema counts. */
export const TEXT_LIMITS = { description: 5000, script: 5000, word: 60, feedback: 5000 } as const;

/** The most assets of one scene. */
export const MAX_ASSETS_PER_SCENE = 100;

const Seconds = (description: string) => Type.Number({ minimum: 0.5, maximum: 180, description });
const Word = (description: string) => Type.String({ minLength: 1, maxLength: TEXT_LIMITS.word, description });

/**
 * A scene without an id and a number, as planners return it and events store it.
 *
 * `shotType` is free text. `transition` was free text in earlier releases; `transitionOf` maps stored texts to a
 * transition that the renderer can show.
 */
export const SceneDraft = Type.Object(
  {
    duration: Seconds("seconds, in tenths"),
    description: Type.String({ minLength: 1, maxLength: TEXT_LIMITS.description, description: "what the camera sees" }),
    script: Type.String({ maxLength: TEXT_LIMITS.script, description: "what is spoken or captioned" }),
    shotType: Word("wide, medium, close_up, product, tracking …"),
    transition: Word("into this scene"),
    assets: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: MAX_ASSETS_PER_SCENE,
        description: "asset ids",
      }),
    ),
    metadata: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 50 })),
  },
  { additionalProperties: false },
);
/** A scene without an id and a number. */
export type SceneDraft = Static<typeof SceneDraft>;

/** A valid {@linkcode SceneDraft}: `assets` is present and has no duplicates. */
export type PlannedScene = SceneDraft & { assets: string[] };

/** A scene of a request: its transition is one that the renderer can show. */
export const GivenScene = Type.Object(
  { ...SceneDraft.properties, transition: OneOf(TRANSITIONS, { description: "into this scene" }) },
  { additionalProperties: false },
);

const COUNT = { minItems: 1, maxItems: 100 };

/** `creative.storyboard` of a job request: a storyboard to use instead of planning one. */
export const GivenStoryboard = Type.Object({ scenes: Type.Array(GivenScene, COUNT) }, { additionalProperties: false });

/** A given storyboard as events store it, in this release and earlier ones. */
export const StoredStoryboard = Type.Object({ scenes: Type.Array(SceneDraft, COUNT) }, { additionalProperties: false });
/** A given storyboard as events store it. */
export type StoredStoryboard = Static<typeof StoredStoryboard>;

/** Constraints on a regenerated scene. */
export const SceneConstraints = Type.Object(
  {
    duration: Type.Optional(Seconds("seconds, in tenths; the other scenes give or take the difference")),
    mustIncludeAssets: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: MAX_ASSETS_PER_SCENE }),
    ),
    style: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  },
  { additionalProperties: false },
);
/** Constraints on a regenerated scene. */
export type SceneConstraints = Static<typeof SceneConstraints>;

/** A scene as a model returns it; unknown fields are allowed and dropped. */
export const ModelScene = Type.Object({
  // Any number: durations are adjusted afterwards, so a wrong sum needs no second call.
  duration: Type.Number(),
  description: SceneDraft.properties.description,
  script: SceneDraft.properties.script,
  shotType: SceneDraft.properties.shotType,
  transition: SceneDraft.properties.transition,
  // Models write null for absent as often as they omit the field.
  assets: Type.Optional(Type.Union([Type.Array(Type.String({ maxLength: 500 }), { maxItems: 1000 }), Type.Null()])),
  metadata: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
});

/** A scene as a model returns it. */
export type ModelScene = Static<typeof ModelScene>;

/** The answer of a model. The scene count is checked against the video afterwards. */
export const ModelStoryboard = Type.Object({ scenes: Type.Array(ModelScene) });
