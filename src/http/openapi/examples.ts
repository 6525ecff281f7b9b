import { sample } from "openapi-sampler";
import { EXAMPLE_META } from "./error_responses.ts";
import { isObject, type JsonObject } from "./json.ts";
import type { OperationNotes } from "./notes.ts";

/** Where an example is made. */
export interface ExampleContext {
  /** For the references of the schema. */
  readonly document: JsonObject;
  readonly notes: OperationNotes;
  /** The status of an answer; undefined for a body. */
  readonly status?: string;
}

/** Gives every JSON body and answer an example, made of the examples and defaults of its schema. */
export function addExamples(content: unknown, context: ExampleContext): void {
  if (!isObject(content)) return;
  for (const media of Object.values(content)) {
    if (!isObject(media) || !isObject(media.schema) || media.schema.format === "binary") continue;
    if ("example" in media || "examples" in media) continue;
    media.example = isEnvelope(media.schema) ? envelopeExample(media.schema, context) : sampled(media.schema, context);
  }
}

function envelopeExample(schema: { properties: JsonObject }, context: ExampleContext): JsonObject {
  const { notes, status = "" } = context;
  const isPaged = notes.traits?.includes("paged");
  return {
    data: notes.examples?.[status] ?? sampled(schema.properties.data, context),
    error: null,
    meta: { ...EXAMPLE_META, ...(isPaged ? { page: 1, total: 1 } : {}) },
  };
}

/** An example of a schema, the same each time. */
export function sampled(schema: unknown, { document }: Pick<ExampleContext, "document">): unknown {
  return isObject(schema) ? sample(schema, { quiet: true }, document) : null;
}

function isEnvelope(schema: JsonObject): schema is { properties: JsonObject } {
  return isObject(schema.properties) && "data" in schema.properties && "meta" in schema.properties;
}
