import { type TNull, type TSchema, type TString, type TUnion, type TUnsafe, Type } from "@sinclair/typebox";
import { ERROR_CODES } from "./errors.ts";

/** Returns the schema of one of these strings. (A union of a mapped array would lose its members in Eden's types.) */
export function OneOf<const Value extends string>(
  values: readonly Value[],
  options: { title?: string; description?: string; default?: Value } = {},
): TUnsafe<Value> {
  return Type.Unsafe<Value>(
    Type.Union(
      values.map((value) => Type.Literal(value)),
      options,
    ),
  );
}

/** Returns the schema of a value that may be null. */
export function Nullable<Schema extends TSchema>(
  schema: Schema,
  options: { title?: string; description?: string } = {},
): TUnion<[Schema, TNull]> {
  return Type.Union([schema, Type.Null()], options);
}

/** The code of any error. */
export const AnyErrorCode = OneOf(ERROR_CODES, { title: "ErrorCode" });

/** A time in responses. */
export const Time = Type.String({
  title: "Time",
  description: "RFC 3339, UTC, milliseconds.",
  examples: ["2026-11-22T10:00:00.000Z"],
});

/** The longest name, in UTF-16 units, as JSON Schema counts. */
export const MAX_NAME_LENGTH = 300;

/** Control characters, line breaks and direction overrides, for a character class: they make a name look like another. */
export const UNFIT_IN_LINES = "\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069";
/** White space that may stand in a line, for a character class. */
const BLANKS = " \\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000\\ufeff";
// Each part excludes the first character of the next one, so no text can be divided in more than one way: a validator
// that explains a failure tries the pattern on a text of any length, also one that is too long (CWE-1333).
const LINE = `^[${BLANKS}]*[^\\s${UNFIT_IN_LINES}][^${UNFIT_IN_LINES}]*$`;

/** Returns the schema of one line of visible text. An `x-rule` describes the pattern for people. */
export function Line(maxLength: number, options: { title?: string; examples?: string[] } = {}): TString {
  const rule = "one line of text, without control characters and direction overrides";
  return Type.String({ minLength: 1, maxLength, pattern: LINE, "x-rule": rule, ...options });
}

/** Normalizes a line of text for storage and comparison: spellings that look the same become the same. */
export function normalLine(text: string): string {
  return text.normalize("NFC").trim();
}

/** Normalizes lines for storage and comparison, without duplicates. */
export function normalLines(texts: readonly string[]): string[] {
  return [...new Set(texts.map(normalLine))];
}

/** The name of a resource. */
export const Name = Line(MAX_NAME_LENGTH, { title: "Name", examples: ["Aurora launch"] });

/** Returns the schema of text of any number of lines, without control characters. */
export function Prose(
  maxLength: number,
  options: { title?: string; description?: string; examples?: string[] } = {},
): TString {
  return Type.String({
    minLength: 1,
    maxLength,
    pattern: "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$",
    "x-rule": "text without control characters",
    ...options,
  });
}

/** The id of another resource. */
export const Reference = Type.String({
  title: "Reference",
  minLength: 1,
  maxLength: 200,
  examples: ["019390f0-7c1e-7000-8000-000000000002"],
});

/** The same, or null for no resource. */
export const OptionalReference = Nullable(Reference, { title: "OptionalReference" });

/** The response of a DELETE. */
export const Deleted = Type.Object(
  { id: Type.String(), message: Type.String() },
  { title: "Deleted", additionalProperties: false },
);

/**
 * An http or https URL for people to follow, or null; the server never fetches it. A pattern cannot cover every rule:
 * see `checkFields`.
 */
export const OptionalUrl = Nullable(
  Type.String({
    minLength: 1,
    maxLength: 2_048,
    pattern: "^[hH][tT][tT][pP][sS]?://[^\\s\\u0000-\\u001f\\u007f]+$",
    "x-rule": "an http or https URL",
    description: "http or https.",
    examples: ["https://acme.example"],
  }),
  { title: "OptionalUrl" },
);

/** A JSON object of any shape, or null. */
export const OptionalObject = Nullable(
  Type.Record(Type.String(), Type.Unknown(), { examples: [{ crmId: "A-1042" }] }),
  { title: "OptionalObject" },
);

/** The query of a DELETE that can cascade. */
export const CascadeQuery = Type.Object({
  cascade: Type.Optional(
    OneOf(["true", "false"], { description: "`true` deletes what belongs to it, too, and cancels open jobs." }),
  ),
});
