import { type Static, Type } from "@sinclair/typebox";
import { OneOf } from "../core/schema_kit.ts";
import { TRANSITIONS } from "./vocabulary.ts";

/** The longest texts of a scene, in UTF-16 units, as JSON Schema counts. */
export const TEXT_LIMITS = { description: 5000, script: 5000, word: 60, feedback: 5000 } as const;

/** More assets than this in one scene is a mistake, not an edit. */
export const MAX_ASSETS_PER_SCENE = 100;

const Seconds = (description: string) => Type.Number({ minimum: 0.5, maximum: 180, description });
const Word = (description: string) => Type.String({ minLength: 1, maxLength: TEXT_LIMITS.word, description });

/**
 * One scene before it has an id and a number, as planners answer it and as the log keeps it.
 *
 * `shotType` is free text for people and kept as given. So was `transition` in earlier releases: `transitionOf` folds
 * what they stored to a transition that the renderer can show.
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
/** One scene before it has an id and a number. */
export type SceneDraft = Static<typeof SceneDraft>;

/** A scene as {@linkcode SceneDraft}, lawful: assets are there (maybe none), once each. */
export type PlannedScene = SceneDraft & { assets: string[] };

/** A scene that a person made: its transition is one that the renderer can show. */
export const GivenScene = Type.Object(
  { ...SceneDraft.properties, transition: OneOf(TRANSITIONS, { description: "into this scene" }) },
  { additionalProperties: false },
);

const COUNT = { minItems: 1, maxItems: 100 };

/** `creative.storyboard` of a job request: a storyboard that a person made and that is used instead of planning. */
export const GivenStoryboard = Type.Object({ scenes: Type.Array(GivenScene, COUNT) }, { additionalProperties: false });

/** A given storyboard as the log has it, from this release or an earlier one. */
export const StoredStoryboard = Type.Object({ scenes: Type.Array(SceneDraft, COUNT) }, { additionalProperties: false });
/** A given storyboard as the log has it. */
export type StoredStoryboard = Static<typeof StoredStoryboard>;

/** What a person may ask of a regenerated scene. */
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
/** What a person may ask of a regenerated scene. */
export type SceneConstraints = Static<typeof SceneConstraints>;

const LooseScene = Type.Object({
  // Any number: the sum is made exact afterwards, and a model that cannot add is not worth a second call.
  duration: Type.Number(),
  description: SceneDraft.properties.description,
  script: SceneDraft.properties.script,
  shotType: SceneDraft.properties.shotType,
  transition: SceneDraft.properties.transition,
  // Models say "none" as null as often as they leave it out.
  assets: Type.Optional(Type.Union([Type.Array(Type.String({ maxLength: 500 }), { maxItems: 1000 }), Type.Null()])),
  metadata: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
});

/** A scene as a model answers it; fields that nobody asked for are allowed and dropped. */
export const ModelScene = LooseScene;
/** A scene as a model answers it. */
export type ModelScene = Static<typeof ModelScene>;

/** A model's whole answer (design, section 5). The count is checked against the video afterwards. */
export const ModelStoryboard = Type.Object({ scenes: Type.Array(ModelScene) });
/** A model's whole answer. */
export type ModelStoryboard = Static<typeof ModelStoryboard>;
