import { type ErrorCode, isErrorCode } from "../../core/errors.ts";
import { JSON_BODY_CODES } from "../request/read_json.ts";
import { type Components, toInlineSchema, toOpenApiSchema } from "./components.ts";
import { EXAMPLE_META, errorResponses, HEADERS_OF_STATUS } from "./error_responses.ts";
import { type AnswerHeader, answerHeaders, headerParameter, type RequestHeader } from "./headers.ts";
import type { ErrorExamples } from "./http_error_examples.ts";
import { isObject, type JsonObject } from "./json.ts";
import { NOTES, type OperationNotes } from "./notes.ts";
import type { RawOperation } from "./raw_document.ts";
import { TRAITS, type Trait } from "./traits.ts";

/** The errors of every endpoint: those of the request guard, and unexpected ones. */
const COMMON_CODES = [
  "bad_request",
  "forbidden",
  "validation_failed",
  "internal",
] as const satisfies readonly ErrorCode[];
/** Further errors of every endpoint that needs a key. */
const KEY_CODES = ["unauthorized", "rate_limited"] as const satisfies readonly ErrorCode[];
/** Further errors of every endpoint below `/api`. */
const API_CODES = [...KEY_CODES, "unavailable"] as const satisfies readonly ErrorCode[];

/** Further errors of every endpoint that appends to the log. */
const WRITE_CODES = ["quota_exceeded", "history_full"] as const satisfies readonly ErrorCode[];

/** The context of an operation in the document. */
export interface OperationContext {
  readonly path: string;
  readonly method: string;
  readonly components: Components;
  readonly errorExamples: ErrorExamples;
}

/** Translates an operation to OpenAPI 3.0.3, with the headers and errors of its conventions. */
export function openApiOperation(
  raw: RawOperation,
  { path, method, components, errorExamples }: OperationContext,
): JsonObject {
  const notes = raw[NOTES] ?? {};
  const isHead = method === "head";
  const traits = traitsOf(notes);
  const body = bodyOf(raw, { notes, components });
  const says = traits.flatMap((trait) => trait.says ?? []);
  const listens: RequestHeader[] = ["X-Request-Id", ...traits.flatMap((trait) => trait.listens ?? [])];
  const parameters = (raw.parameters ?? []).map((parameter) => parameterOf(parameter, components));

  const codes = new Set<ErrorCode>([
    ...COMMON_CODES,
    ...(path.startsWith("/api/") ? API_CODES : []),
    ...(path.startsWith("/api/") && /^(post|put|patch|delete)$/.test(method) ? WRITE_CODES : []),
    ...(path.startsWith("/metrics") ? KEY_CODES : []),
    ...(body === null ? [] : JSON_BODY_CODES),
    ...Object.values(raw.responses).flatMap((answer) => codesOf(jsonSchemaOf(answer.content))),
    ...traits.flatMap((trait) => trait.codes ?? []),
    ...(notes.codes ?? []),
  ]);

  return {
    ...(raw.tags === undefined ? {} : { tags: raw.tags }),
    summary: raw.summary ?? "",
    ...(raw.description === undefined ? {} : { description: raw.description }),
    ...(raw.deprecated === undefined ? {} : { deprecated: raw.deprecated }),
    operationId: raw.operationId,
    ...(/^\/(docs|health)(\/|$)/.test(path) ? { security: [] } : {}),
    parameters: [...parameters, ...[...new Set(listens)].map((name) => headerParameter(name, components))],
    ...(body === null ? {} : { requestBody: { required: true, content: body } }),
    responses: {
      ...successesOf(raw, { notes, components, says, isHead }),
      ...errorResponses(codes, { components, errorExamples, hasBody: !isHead }),
    },
  };
}

function traitsOf(notes: OperationNotes): Trait[] {
  const traits: Trait[] = (notes.traits ?? []).map((name) => TRAITS[name]);
  return notes.bytes === undefined ? traits : [...traits, TRAITS.bytes];
}

type RawParameter = NonNullable<RawOperation["parameters"]>[number];

function parameterOf(raw: RawParameter, components: Components): JsonObject {
  const { name, description, examples, required = false } = raw;
  const { example = examples?.[0], ...schema } = toInlineSchema(raw.schema, components);
  const parameter = {
    name,
    in: raw.in,
    ...(raw.in === "path" || required ? { required: true } : {}),
    ...(description === undefined ? {} : { description }),
    schema,
    ...(example === undefined ? {} : { example }),
  };
  return components.referNumbered("parameters", name, parameter);
}

interface PartOptions {
  readonly notes: OperationNotes;
  readonly components: Components;
}

function bodyOf(raw: RawOperation, { notes, components }: PartOptions): JsonObject | null {
  // The plugin repeats the schema under every content type that it supports; only JSON is read.
  const json = jsonSchemaOf(raw.requestBody?.content);
  const contents = notes.bodies ?? (json === undefined ? null : { "application/json": json });
  return contents === null ? null : contentOf(contents, components);
}

function successesOf(
  raw: RawOperation,
  options: PartOptions & { readonly says: readonly AnswerHeader[]; readonly isHead: boolean },
): { [status: string]: JsonObject } {
  const { notes, components, says, isHead } = options;
  const headers = answerHeaders(["X-Request-Id", ...says]);
  const successes: { [status: string]: JsonObject } = {};
  for (const [status, { description = "", content }] of Object.entries(raw.responses)) {
    const schema = jsonSchemaOf(content);
    if (schema === undefined || codesOf(schema).length > 0) continue;
    successes[status] = {
      description,
      headers,
      content: exampled({ "application/json": { schema: envelopeOf(schema, components) } }, notes.examples?.[status]),
    };
  }
  for (const [status, { description, content, example }] of Object.entries(notes.answers ?? {})) {
    const described = mapContent(contentOf(content, components), (media) => ({ ...media, example }));
    // A response without a body, such as 204, must have no `content`.
    const hasBody = Object.keys(described).length > 0;
    const ofStatus = answerHeaders(HEADERS_OF_STATUS[Number(status)] ?? []);
    successes[status] = {
      description,
      headers: { ...headers, ...ofStatus },
      ...(hasBody ? { content: described } : {}),
    };
  }
  if (notes.bytes !== undefined) Object.assign(successes, bytesAnswers(notes.bytes, { headers, isHead }));
  if (says.includes("ETag") && notes.traits?.includes("cached")) successes[304] = notModified(headers);
  return successes;
}

function bytesAnswers(
  contentTypes: readonly string[],
  { headers, isHead }: { headers: JsonObject; isHead: boolean },
): { [status: string]: JsonObject } {
  const contentFor = (types: readonly string[]) =>
    Object.fromEntries(types.map((type) => [type, { schema: { type: "string", format: "binary" } }]));
  const whole = { description: "The bytes.", headers };
  const not = notModified(answerHeaders(["X-Request-Id", "ETag", "Cache-Control"]));
  if (isHead) return { 200: whole, 304: not };
  return {
    200: { ...whole, content: contentFor(contentTypes) },
    206: {
      description: "The ranges that were asked for; several as `multipart/byteranges`.",
      headers: { ...headers, ...answerHeaders(["Content-Range"]) },
      content: contentFor([...contentTypes, "multipart/byteranges"]),
    },
    304: not,
  };
}

function notModified(headers: JsonObject): JsonObject {
  return { description: "The client's copy is current.", headers };
}

/** Adds the example of a response for which the example of its schema would be wrong. */
function exampled(content: JsonObject, data: unknown): JsonObject {
  if (data === undefined) return content;
  return mapContent(content, (media) => ({ ...media, example: { data, error: null, meta: EXAMPLE_META } }));
}

function contentOf(contents: { readonly [type: string]: unknown }, components: Components): JsonObject {
  const entries = Object.entries(contents);
  return Object.fromEntries(entries.map(([type, schema]) => [type, { schema: toOpenApiSchema(schema, components) }]));
}

function mapContent(content: JsonObject, change: (media: JsonObject) => JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(content).map(([type, media]) => [type, isObject(media) ? change(media) : media]),
  );
}

/**
 * Translates the schema of a success. The plugin drops `additionalProperties` of responses, and the envelope has no other
 * members. An envelope of a named schema has a name too.
 */
function envelopeOf(schema: unknown, components: Components): JsonObject {
  if (!isObject(schema) || !isObject(schema.properties) || !("meta" in schema.properties)) {
    return toOpenApiSchema(schema, components);
  }
  // The response around it has the description.
  const closed = { ...schema, additionalProperties: false, description: undefined };
  const envelope = toOpenApiSchema(closed, components);
  const { data } = schema.properties;
  const [item, suffix] = isObject(data) && isObject(data.items) ? [data.items, "Page"] : [data, "Response"];
  const title = isObject(item) ? item.title : undefined;
  return typeof title === "string" ? components.refer("schemas", `${title}${suffix}`, envelope) : envelope;
}

function jsonSchemaOf(content: { readonly [type: string]: { schema?: unknown } } | undefined): unknown {
  return content?.["application/json"]?.schema;
}

/** Returns the codes of a failed response, as `failures` declares them; none for any other schema. */
function codesOf(schema: unknown): ErrorCode[] {
  const code = ["properties", "meta", "properties", "code"].reduce<unknown>(
    (at, name) => (isObject(at) ? at[name] : undefined),
    schema,
  );
  if (!isObject(code)) return [];
  const choices = Array.isArray(code.anyOf) ? code.anyOf : [code];
  return choices.map((choice: unknown) => (isObject(choice) ? choice.const : undefined)).filter(isErrorCode);
}
