import { Type } from "@sinclair/typebox";
import { Nullable, OneOf, Time } from "../../core/schema_kit.ts";
import { Scene } from "../schema.ts";

/** The fields of a scene that a revision can change. */
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

/** A revision of a scene in responses. */
export const SceneRevision = Type.Object(
  {
    revision: Type.Integer({ minimum: 1, description: "The number of the revision within the scene, from 1." }),
    position: Type.Integer({
      minimum: 1,
      description: "The position of its event; usable as `at` of other endpoints.",
    }),
    type: Type.String({ description: "The type of its event." }),
    actor: Type.String({ description: "The user who requested it." }),
    recordedAt: Time,
    sentence: Type.String({ description: "A description for people." }),
    feedback: Nullable(Type.String({ description: "The feedback on the previous revision." })),
    changes: Type.Array(
      Type.Object(
        { field: OneOf(REVISED_FIELDS), from: Type.Unknown(), to: Type.Unknown() },
        {
          additionalProperties: false,
          examples: [{ field: "script", from: "Good night.", to: "Light for three nights." }],
        },
      ),
      { description: "The changes from the previous revision; empty for the first one and for a deletion." },
    ),
    scene: Nullable(Scene),
  },
  { title: "SceneRevision", additionalProperties: false },
);
