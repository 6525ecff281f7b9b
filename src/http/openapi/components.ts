import { isObject, type JsonObject } from "./json.ts";

/** The schemas that have a name in the document. */
export interface Components {
  /** Name → schema, in the order in which they were met. */
  readonly schemas: JsonObject;
  /** Registers a schema under its name and answers the reference to it. */
  refer(name: string, schema: JsonObject): JsonObject;
}

/**
 * An empty collection.
 *
 * @throws {Error} from `refer`, when two different schemas have one name: that is a bug of ours
 */
export function createComponents(): Components {
  const schemas: JsonObject = {};
  return {
    schemas,
    refer(name, schema) {
      const known = schemas[name];
      if (known !== undefined && !Bun.deepEquals(known, schema)) {
        throw new Error(`Cannot name two different schemas ${name}`);
      }
      schemas[name] = schema;
      return { $ref: `#/components/schemas/${name}` };
    },
  };
}

/** What means the same in JSON Schema and in OpenAPI 3.0.3; everything else is translated or dropped. */
const SHARED_KEYWORDS = [
  "type",
  "format",
  "description",
  "default",
  "enum",
  "deprecated",
  "minLength",
  "maxLength",
  "pattern",
  "minimum",
  "maximum",
  "multipleOf",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "required",
] as const;

/**
 * Translates a JSON Schema, as TypeBox makes it, to a Schema Object of OpenAPI 3.0.3, which has no `const`, no type
 * `null` and no `patternProperties`. A schema whose `title` is a name becomes a component, and a reference to it.
 */
export function toOpenApiSchema(schema: unknown, components: Components): JsonObject {
  if (!isObject(schema)) return {};
  const { title } = schema;
  const translated = translate(schema, components);
  return typeof title === "string" && /^[A-Z][A-Za-z0-9]*$/.test(title)
    ? components.refer(title, translated)
    : translated;
}

function translate(schema: JsonObject, components: Components): JsonObject {
  if (schema.type === "null") return { ...annotations(schema), ...NOTHING };
  const to = (part: unknown) => toOpenApiSchema(part, components);
  const translated: JsonObject = {};
  for (const keyword of SHARED_KEYWORDS) if (schema[keyword] !== undefined) translated[keyword] = schema[keyword];
  if (Array.isArray(schema.examples) && schema.examples.length > 0) translated.example = schema.examples[0];
  if ("const" in schema) translated.enum = [schema.const];
  if (isObject(schema.properties)) translated.properties = mapValues(schema.properties, to);
  if (schema.items !== undefined) translated.items = to(schema.items);
  if (Array.isArray(schema.allOf)) translated.allOf = schema.allOf.map(to);
  if (schema.not !== undefined) translated.not = to(schema.not);
  for (const [exclusive, bound] of EXCLUSIVE) {
    if (typeof schema[exclusive] === "number")
      Object.assign(translated, { [bound]: schema[exclusive], [exclusive]: true });
  }
  // TypeBox writes a record as the one pattern that all of its keys have.
  const [record] = isObject(schema.patternProperties) ? Object.values(schema.patternProperties) : [];
  if (record !== undefined) translated.additionalProperties = to(record);
  else if (typeof schema.additionalProperties === "boolean")
    translated.additionalProperties = schema.additionalProperties;
  else if (schema.additionalProperties !== undefined) translated.additionalProperties = to(schema.additionalProperties);
  const choices = Array.isArray(schema.anyOf) ? schema.anyOf : Array.isArray(schema.oneOf) ? schema.oneOf : null;
  return choices === null ? translated : { ...oneOfThem(choices, components), ...translated };
}

const EXCLUSIVE = [
  ["exclusiveMinimum", "minimum"],
  ["exclusiveMaximum", "maximum"],
] as const;

/** Only null. `nullable` means something beside a type only (OpenAPI 3.0.3, Schema Object). */
const NOTHING = { type: "string", nullable: true, enum: [null] } as const;

function oneOfThem(choices: readonly unknown[], components: Components): JsonObject {
  const parts = choices.filter(isObject).filter((part) => !isTextForm(part));
  const present = parts.filter((part) => part.type !== "null");
  const isNullable = present.length < parts.length;
  const [only] = present;
  if (only === undefined) return NOTHING;
  if (present.length > 1 && present.every((part) => "const" in part && part.type === only.type)) {
    return withNull({ type: only.type, enum: present.map((part) => part.const) }, isNullable);
  }
  // Inlined where it may be null, also if it has a name: beside a reference, `nullable` would not count.
  if (present.length === 1)
    return isNullable ? withNull(translate(only, components), true) : translate(only, components);
  const anyOf = present.map((part) => toOpenApiSchema(part, components));
  return { anyOf: isNullable ? [...anyOf, NOTHING] : anyOf };
}

/** In a query the framework takes numbers as text, too, with a format of its own: that is how queries are written. */
function isTextForm({ type, format }: JsonObject): boolean {
  return type === "string" && (format === "integer" || format === "numeric" || format === "boolean");
}

function withNull(schema: JsonObject, isNullable: boolean): JsonObject {
  if (!isNullable) return schema;
  if (schema.type === undefined) {
    return Array.isArray(schema.anyOf)
      ? { ...schema, anyOf: [...schema.anyOf, NOTHING] }
      : { anyOf: [schema, NOTHING] };
  }
  return { ...schema, nullable: true, ...(Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {}) };
}

function annotations({ description }: JsonObject): JsonObject {
  return description === undefined ? {} : { description };
}

function mapValues(object: JsonObject, to: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, to(value)]));
}
