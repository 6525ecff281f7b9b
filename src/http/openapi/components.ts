import { isObject, type JsonObject } from "./json.ts";

/** The shared parts of the document: section → name → part, in the order in which they were added. */
interface Sections {
  readonly schemas: JsonObject;
  readonly responses: JsonObject;
  readonly parameters: JsonObject;
  readonly examples: JsonObject;
}

/** The Components Object while the document is written. */
export interface Components extends Sections {
  /**
   * Adds a part under its name and returns the reference to it.
   *
   * @throws {Error} when another part has this name
   */
  refer(section: keyof Sections, name: string, part: JsonObject): JsonObject;
  /** Adds a part under its name, with a number where another part has it, and returns the reference to it. */
  referNumbered(section: keyof Sections, name: string, part: JsonObject): JsonObject;
}

/** Creates an empty collection. */
export function createComponents(): Components {
  const sections: Sections = { schemas: {}, responses: {}, parameters: {}, examples: {} };

  function isFree(section: keyof Sections, name: string, part: JsonObject): boolean {
    const existing = sections[section][name];
    return existing === undefined || Bun.deepEquals(existing, part);
  }

  function refer(section: keyof Sections, name: string, part: JsonObject): JsonObject {
    if (!isFree(section, name, part)) throw new Error(`Cannot name two different ${section} ${name}`);
    sections[section][name] = part;
    return { $ref: `#/components/${section}/${name}` };
  }

  return {
    ...sections,
    refer,
    referNumbered(section, name, part) {
      let candidate = name;
      for (let number = 2; !isFree(section, candidate, part); number++) candidate = `${name}.${number}`;
      return refer(section, candidate, part);
    },
  };
}

/** The keywords that JSON Schema and OpenAPI 3.0.3 share; all others are translated or dropped. */
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
  const title = isObject(schema) ? schema.title : undefined;
  const translated = toInlineSchema(schema, components);
  return typeof title === "string" && /^[A-Z][A-Za-z0-9]*$/.test(title)
    ? components.refer("schemas", title, translated)
    : translated;
}

/** Translates a schema without making it a component; its parts may be. */
export function toInlineSchema(schema: unknown, components: Components): JsonObject {
  if (!isObject(schema)) return {};
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

/** The schema of null alone. `nullable` takes effect only beside a type (OpenAPI 3.0.3, Schema Object). */
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
  if (present.length === 1) {
    // Beside null a scalar is written out: `nullable` has no effect beside a reference.
    const isScalar = isNullable && typeof only.type === "string" && !/^(object|array)$/.test(only.type);
    return withNull(isScalar ? toInlineSchema(only, components) : toOpenApiSchema(only, components), isNullable);
  }
  const anyOf = present.map((part) => toOpenApiSchema(part, components));
  return { anyOf: isNullable ? [...anyOf, NOTHING] : anyOf };
}

/** The framework also accepts a number of a query as text, under a format of its own; a query has only text. */
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
