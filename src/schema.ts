import { type TNull, type TSchema, type TUnion, type TUnsafe, Type } from "@sinclair/typebox";

/** One of these strings. (A union of a mapped array would lose its members in Eden's types.) */
export function OneOf<const Value extends string>(
  values: readonly Value[],
  options: { description?: string; default?: Value } = {},
): TUnsafe<Value> {
  return Type.Unsafe<Value>(
    Type.Union(
      values.map((value) => Type.Literal(value)),
      options,
    ),
  );
}

/** The schema, or null for what is unknown. */
export function Nullable<Schema extends TSchema>(schema: Schema): TUnion<[Schema, TNull]> {
  return Type.Union([schema, Type.Null()]);
}

/** A time in answers. */
export const Time = Type.String({
  description: "RFC 3339, UTC, milliseconds.",
  examples: ["2026-11-22T10:00:00.000Z"],
});
