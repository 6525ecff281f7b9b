import { type Static, type TSchema, Type } from "@sinclair/typebox";
import type { DocumentDecoration } from "elysia";
import { AnyErrorCode, OneOf } from "../../core/schema_kit.ts";
import { TRAIT_NAMES } from "./traits.ts";

const Contents = Type.Record(Type.String(), Type.Unsafe<TSchema>(Type.Unknown()), {
  description: "Content type → schema.",
});

/** Facts about a route that its schemas cannot express. */
export const OperationNotes = Type.Object(
  {
    traits: Type.Optional(Type.Array(OneOf(TRAIT_NAMES))),
    /** The bodies that the route reads itself. */
    bodies: Type.Optional(Contents),
    /** The responses other than JSON in the envelope. */
    answers: Type.Optional(
      Type.Record(Type.String(), Type.Object({ description: Type.String(), content: Contents, example: Type.Any() })),
    ),
    /** The content types of the bytes that the route serves, with ranges and preconditions, to GET and HEAD. */
    bytes: Type.Optional(Type.Array(Type.String())),
    /** Errors in addition to those of the route's responses. */
    codes: Type.Optional(Type.Array(AnyErrorCode)),
    /** Status → the `data` of its example, where the schema's own example would mislead. */
    examples: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);

/** The key of the notes in a route's `detail`; the served document does not contain it. */
export const NOTES = "x-notes";

/** The notes of one operation. */
export type OperationNotes = Static<typeof OperationNotes>;

/**
 * Returns the `detail` of a route.
 *
 * @param operationId stable: generated clients name their functions by it
 * @param summary a few words, as in a table of contents
 *
 * @example
 * ```ts
 * const detail = operation("listAssets", "List assets", { traits: ["paged"] });
 * ```
 */
export function operation(
  operationId: string,
  summary: string,
  { description, ...notes }: OperationNotes & { readonly description?: string } = {},
): DocumentDecoration {
  const detail = { operationId, summary, ...(description === undefined ? {} : { description }), [NOTES]: notes };
  return detail;
}
