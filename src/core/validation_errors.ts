import { AppError, type ErrorDetails } from "./errors.ts";
import { humanizeValidation } from "./humanize_validation.ts";
import { lowerFirst } from "./lower_first.ts";

/** How many fields one answer names: enough to mend a form, and a bound for a body of garbage. */
export const MOST_DETAILS = 50;

interface Finding {
  readonly path: string;
  readonly message: string;
}

/** The error of a body, query or path that does not fit, with one entry per field. */
export function validationError(error: unknown): AppError {
  return invalid(findingsOf(error));
}

/** The error of these fields. */
export function invalid(details: readonly Finding[]): AppError {
  const [first] = details;
  const where = first?.path ? `${first.path}: ` : "the body ";
  const sentence = first
    ? `Cannot accept the request: ${where}${lowerFirst(first.message)}`
    : "Cannot accept the request";
  return new AppError("validation_failed", sentence, details);
}

function findingsOf(error: unknown): Finding[] {
  const all: unknown = typeof error === "object" && error !== null && "all" in error ? error.all : [];
  const byPath = new Map<string, Finding>();
  for (const finding of Array.isArray(all) ? all.flatMap(withinNullable) : []) {
    const path = dotted(finding.path);
    if (!byPath.has(path)) byPath.set(path, { path, message: messageOf(finding) });
    if (byPath.size === MOST_DETAILS) break;
  }
  return [...byPath.values()];
}

interface RawFinding {
  readonly path?: unknown;
  readonly message?: unknown;
  readonly schema?: unknown;
  readonly value?: unknown;
  /** Of a union: the findings of each alternative. */
  readonly errors?: readonly Iterable<RawFinding>[];
}

/** What is wrong with a thing that may also be null: what the thing wants, rather than that it is neither. */
function withinNullable(finding: RawFinding): RawFinding[] {
  const alternatives = alternativesOf(finding.schema);
  const things = alternatives.flatMap((schema, index) => (isNull(schema) ? [] : [index]));
  const [only] = things;
  if (only === undefined || things.length > 1 || alternatives.length < 2) return [finding];
  const inner = [...(finding.errors?.[only] ?? [])].flatMap(withinNullable);
  return inner.length > 0 ? inner : [finding];
}

/** `/scenes/0/duration` → `scenes.0.duration` */
function dotted(pointer: unknown): string {
  if (typeof pointer !== "string") return "";
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".")
    .slice(0, 200);
}

/** Says what is wanted, in the words of the schema. */
function messageOf({ message, schema, value }: RawFinding): string {
  const choices = literalsOf(schema);
  if (choices.some((choice) => choice !== "null")) return `Must be one of: ${choices.join(", ")}`;
  if (message === "Expected required property") return "Must be given";
  const bounds = integerBoundsOf(schema);
  if (bounds !== null) return `Must be a whole number${bounds}`;
  if (typeof message !== "string") return "Is not valid";
  if (!/^Expected (string to match|union value)/.test(message)) return humanizeValidation(message);
  const ruled = typeof schema === "object" && schema !== null && "x-rule" in schema;
  if (ruled && typeof value === "string" && value.trim() === "") return "Must not be blank";
  return `Must be ${ruled ? schema["x-rule"] : "of the form that the documentation shows"}`;
}

/** The bounds of an integer, also where the framework has wrapped it for a query. */
function integerBoundsOf(schema: unknown): string | null {
  if (typeof schema !== "object" || schema === null) return null;
  if ("anyOf" in schema)
    return (
      alternativesOf(schema)
        .map(integerBoundsOf)
        .find((bounds) => bounds !== null) ?? null
    );
  if (!("type" in schema) || schema.type !== "integer") return null;
  const from = "minimum" in schema ? ` from ${schema.minimum}` : "";
  const to = "maximum" in schema && schema.maximum !== Number.MAX_SAFE_INTEGER ? ` to ${schema.maximum}` : "";
  return from + to;
}

function literalsOf(schema: unknown): string[] {
  return alternativesOf(schema).flatMap((part) => {
    if (typeof part !== "object" || part === null) return [];
    if ("const" in part) return [String(part.const)];
    return isNull(part) ? ["null"] : literalsOf(part);
  });
}

function alternativesOf(schema: unknown): readonly unknown[] {
  if (typeof schema !== "object" || schema === null || !("anyOf" in schema) || !Array.isArray(schema.anyOf)) return [];
  return schema.anyOf;
}

function isNull(schema: unknown): boolean {
  return typeof schema === "object" && schema !== null && "type" in schema && schema.type === "null";
}

/** The same error with its fields named as they stand in a larger body; any other error as it is. */
export function within(prefix: string, error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== "validation_failed" || !isFindings(error.details)) return error;
  return invalid(error.details.map(({ path, message }) => ({ path: path ? `${prefix}.${path}` : prefix, message })));
}

function isFindings(details: ErrorDetails | undefined): details is readonly Finding[] {
  return Array.isArray(details);
}
