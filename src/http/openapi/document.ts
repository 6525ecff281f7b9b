import { Value } from "@sinclair/typebox/value";
import { type Components, createComponents } from "./components.ts";
import { guide } from "./guide.ts";
import { ANSWER_HEADERS } from "./headers.ts";
import type { ErrorExamples } from "./http_error_examples.ts";
import { isObject, type JsonObject } from "./json.ts";
import { NOTES } from "./notes.ts";
import { openApiOperation } from "./operation.ts";
import { RawDocument, type RawOperation } from "./raw_document.ts";
import { describeTags } from "./tags.ts";

/** The parts of the document that do not come from the routes. */
export interface DocumentOptions {
  readonly version: string;
  /** Prefix of absolute URLs; null when clients use the address that they have. */
  readonly publicUrl: string | null;
  readonly errorExamples: ErrorExamples;
}

/**
 * Turns the plugin's document into valid OpenAPI 3.0.3 with shared components, and with the headers and errors of every
 * endpoint.
 *
 * @throws {Error} when the plugin returns anything else, or two different parts have one name
 */
export function openApiDocument(raw: unknown, { version, publicUrl, errorExamples }: DocumentOptions): JsonObject {
  if (!Value.Check(RawDocument, raw)) {
    const finding = Value.Errors(RawDocument, raw).First();
    throw new Error(`Cannot read the plugin's document: ${finding?.path} ${finding?.message}`);
  }
  const components = createComponents();
  const used = new Set<string>();
  const paths: { [path: string]: JsonObject } = {};
  for (const [rawPath, methods] of Object.entries(raw.paths)) {
    // The route of a list ends in a slash for the router; both spellings are the same path.
    const path = rawPath.length > 1 ? rawPath.replace(/\/$/, "") : rawPath;
    const item = paths[path] ?? {};
    paths[path] = item;
    for (const [method, operation] of Object.entries(methods).flatMap(withHead)) {
      for (const tag of operation.tags ?? []) used.add(tag);
      item[method] = openApiOperation(operation, { path, method, components, errorExamples });
    }
  }
  shareResponses(Object.values(paths).flatMap(Object.values), components);
  Object.values(paths).forEach(shareParameters);
  const { schemas, responses, parameters, examples } = components;
  return {
    openapi: "3.0.3",
    info: { title: "Reelog", version, description: guide(), license: { name: "MIT" } },
    servers: [{ url: publicUrl ?? "/", description: "This server." }],
    tags: describeTags(used),
    // None on an open server, or a key in either of two ways.
    security: [{}, { bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      ...{ schemas, responses, parameters, examples },
      headers: { ...ANSWER_HEADERS },
    },
  };
}

const SECURITY_SCHEMES = {
  bearer: { type: "http", scheme: "bearer", description: "An API key." },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "An API key." },
} as const;

/** Adds HEAD to an operation that serves bytes. */
function withHead([method, raw]: [string, RawOperation]): [string, RawOperation][] {
  if (raw[NOTES]?.bytes === undefined) return [[method, raw]];
  const { operationId, summary = "" } = raw;
  const head = {
    ...raw,
    operationId: operationId.replace(/^get/, "head"),
    summary: `${summary}: the headers only`,
  };
  return [
    [method, raw],
    ["head", head],
  ];
}

/** Moves each response that several operations have into the components, named by the first of them. */
function shareResponses(operations: readonly unknown[], components: Components): void {
  const all = operations.filter(isObject).flatMap(({ operationId, responses }) =>
    Object.entries(isObject(responses) ? responses : {}).map(([status, response]) => ({
      name: `${operationId}.${status}`,
      text: JSON.stringify(response),
      response,
      replace: (reference: JsonObject) => Object.assign(responses ?? {}, { [status]: reference }),
    })),
  );
  for (const same of Map.groupBy(all, ({ text }) => text).values()) {
    const [{ name, response } = { name: "", response: null }] = same;
    if (same.length < 2 || !isObject(response) || "$ref" in response) continue;
    const reference = components.refer("responses", name, response);
    for (const { replace } of same) replace(reference);
  }
}

/** Moves the parameters that all operations of a path have to the path. */
function shareParameters(item: { [method: string]: unknown }): void {
  const operations = Object.values(item).filter(isObject);
  if (operations.length < 2) return;
  const lists = operations.map(({ parameters }) => (Array.isArray(parameters) ? parameters.map(referenceOf) : []));
  const [first = [], ...others] = lists;
  const shared = first.filter((reference) => others.every((list) => list.includes(reference)));
  for (const [index, operation] of operations.entries()) {
    operation.parameters = (lists[index] ?? [])
      .filter((reference) => !shared.includes(reference))
      .map((reference) => ({ $ref: reference }));
  }
  item.parameters = shared.map((reference) => ({ $ref: reference }));
}

function referenceOf(part: unknown): string {
  return isObject(part) ? String(part.$ref) : "";
}
