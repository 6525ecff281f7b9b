import { Type } from "@sinclair/typebox";
import { Nullable, OneOf, Time } from "../core/schema_kit.ts";
import { Scene } from "./schema.ts";

/** What a revision can change of a scene. */
export const REVISED_FIELDS = [
  "sceneNumber",
  "duration",
  "description",
  "script",
  "shotType",
  "transition",
  "assets",
  "metadata",
] as const;

/** A revision of a scene, as the API answers it. */
export const SceneRevision = Type.Object(
  {
    revision: Type.Integer({ minimum: 1, description: "1, 2, 3 … of this scene." }),
    position: Type.Integer({ minimum: 1, description: "Of the event that made it; also an `at` of other endpoints." }),
    type: Type.String({ description: "The event that made it." }),
    actor: Type.String({ description: "Who asked for it." }),
    recordedAt: Time,
    sentence: Type.String({ description: "What happened, for people." }),
    feedback: Nullable(Type.String({ description: "What they said of the revision before." })),
    changes: Type.Array(
      Type.Object(
        { field: OneOf(REVISED_FIELDS), from: Type.Unknown(), to: Type.Unknown() },
        {
          additionalProperties: false,
          examples: [{ field: "script", from: "Good night.", to: "Light for three nights." }],
        },
      ),
      { description: "Against the revision before; empty for the first, and where the scene was deleted." },
    ),
    scene: Nullable(Scene),
  },
  { title: "SceneRevision", additionalProperties: false },
);
