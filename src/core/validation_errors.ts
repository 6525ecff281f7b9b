import type { TSchema } from "@sinclair/typebox";
import { DefaultErrorFunction, type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { AppError, type ErrorDetails } from "./errors.ts";

/** The most fields that one error names: enough to correct a form, and a bound for a body of garbage. */
export const MOST_DETAILS = 50;

interface Finding {
  readonly path: string;
  readonly message: string;
}

/**
 * Creates the error of a body, query or path that does not fit its schema, with one entry per field.
 *
 * @param error the framework's, or another with the findings of TypeBox in `all`
 */
export function validationError(error: unknown): AppError {
  const all: unknown = typeof error === "object" && error !== null && "all" in error ? error.all : [];
  const byPath = new Map<string, Finding>();
  for (const finding of Array.isArray(all) ? all.filter(isValueError).flatMap(withinNullable) : []) {
    const path = dotted(finding.path);
    if (!byPath.has(path)) byPath.set(path, { path, message: messageOf(finding) });
    if (byPath.size === MOST_DETAILS) break;
  }
  return invalid([...byPath.values()]);
}

/** Creates the error of these fields. */
export function invalid(details: readonly Finding[]): AppError {
  const [first] = details;
  const where = first?.path ? `${first.path}: ` : "the body ";
  const why = first ? `: ${where}${first.message}` : "";
  return new AppError("validation_failed", `Cannot accept the request${why}`, details);
}

/** Returns the same error with its field paths prefixed for a larger body; any other error as it is. */
export function within(prefix: string, error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== "validation_failed" || !isFindings(error.details)) return error;
  return invalid(error.details.map(({ path, message }) => ({ path: path ? `${prefix}.${path}` : prefix, message })));
}

function isFindings(details: ErrorDetails | undefined): details is readonly Finding[] {
  return Array.isArray(details);
}

function isValueError(finding: unknown): finding is ValueError {
  return typeof finding === "object" && finding !== null && "type" in finding && "schema" in finding;
}

/** Replaces the finding of a union with null by the more specific ones of its other alternative. */
function withinNullable(finding: ValueError): ValueError[] {
  const alternatives = alternativesOf(finding.schema);
  const others = alternatives.flatMap((schema, index) => (schema.type === "null" ? [] : [index]));
  const [only] = others;
  if (only === undefined || others.length > 1 || alternatives.length < 2) return [finding];
  const inner = [...(finding.errors[only] ?? [])].flatMap(withinNullable);
  return inner.length > 0 ? inner : [finding];
}

/** Converts `/scenes/0/duration` → `scenes.0.duration`. */
function dotted(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".")
    .slice(0, 200);
}

/** Describes the rule of the schema that a value broke. */
function messageOf({ type, schema, value, path, errors }: ValueError): string {
  const choices = literalsOf(schema);
  if (choices.some((choice) => choice !== "null")) return `must be one of: ${choices.join(", ")}`;
  if (type === ValueErrorType.ObjectRequiredProperty) return "is required";
  const bounds = integerBoundsOf(schema);
  if (bounds !== null) return `must be an integer${bounds}`;
  switch (type) {
    case ValueErrorType.String:
      return "must be a string";
    case ValueErrorType.Number:
      return "must be a number";
    case ValueErrorType.Boolean:
      return "must be a boolean";
    case ValueErrorType.Array:
      return "must be an array";
    case ValueErrorType.Object:
      return "must be an object";
    case ValueErrorType.ObjectAdditionalProperties:
      return "is not a known field";
    case ValueErrorType.StringMinLength:
      return atLeast(schema.minLength, "character");
    case ValueErrorType.StringMaxLength:
      return `must have at most ${counted(schema.maxLength, "character")}`;
    case ValueErrorType.ArrayMinItems:
      return atLeast(schema.minItems, "item");
    case ValueErrorType.ArrayMaxItems:
      return `must have at most ${counted(schema.maxItems, "item")}`;
    case ValueErrorType.ArrayUniqueItems:
      return "must not have the same item twice";
    case ValueErrorType.NumberMinimum:
      return `must be at least ${schema.minimum}`;
    case ValueErrorType.NumberMaximum:
      return `must be at most ${schema.maximum}`;
    case ValueErrorType.StringPattern:
    case ValueErrorType.Union: {
      const rule: unknown = schema["x-rule"];
      if (rule === undefined) return "must have the form that the documentation shows";
      return typeof value === "string" && value.trim() === "" ? "must not be blank" : `must be ${rule}`;
    }
    default:
      return DefaultErrorFunction({ errorType: type, schema, value, path, errors });
  }
}

function atLeast(count: number, unit: "character" | "item"): string {
  return count === 1 ? "must not be empty" : `must have at least ${counted(count, unit)}`;
}

function counted(count: number, unit: string): string {
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

/** Returns the bounds of an integer, also where the framework has wrapped it for a query; null for any other schema. */
function integerBoundsOf(schema: TSchema): string | null {
  const inner = alternativesOf(schema)
    .map(integerBoundsOf)
    .find((bounds) => bounds !== null);
  if (inner !== undefined) return inner;
  if (schema.type !== "integer") return null;
  const from = schema.minimum === undefined ? "" : ` from ${schema.minimum}`;
  const isBounded = schema.maximum !== undefined && schema.maximum !== Number.MAX_SAFE_INTEGER;
  return isBounded ? `${from} to ${schema.maximum}` : from;
}

function literalsOf(schema: TSchema): string[] {
  return alternativesOf(schema).flatMap((part) => {
    if ("const" in part) return [String(part.const)];
    return part.type === "null" ? ["null"] : literalsOf(part);
  });
}

function alternativesOf(schema: TSchema): readonly TSchema[] {
  return Array.isArray(schema.anyOf) ? schema.anyOf : [];
}
