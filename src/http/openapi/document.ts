import { Value } from "@sinclair/typebox/value";
import { createComponents } from "./components.ts";
import { addExamples, sampled } from "./examples.ts";
import { guide } from "./guide.ts";
import { ANSWER_HEADERS, headerParameters } from "./headers.ts";
import { isObject, type JsonObject } from "./json.ts";
import { NOTES } from "./notes.ts";
import { openApiOperation } from "./operation.ts";
import { RawDocument, type RawOperation } from "./raw_document.ts";
import { describeTags } from "./tags.ts";

/** What the routes do not know. */
export interface DocumentOptions {
  readonly version: string;
  /** Prefix of absolute URLs; null when clients use the address that they have. */
  readonly publicUrl: string | null;
}

/**
 * Makes the document that is served out of the one that the plugin makes: valid OpenAPI 3.0.3, with named schemas, and
 * with the headers, errors and examples of every endpoint.
 *
 * @throws {Error} when the plugin answers something else, or two schemas have one name
 */
export function openApiDocument(raw: unknown, { version, publicUrl }: DocumentOptions): JsonObject {
  if (!Value.Check(RawDocument, raw)) {
    const finding = Value.Errors(RawDocument, raw).First();
    throw new Error(`Cannot read the plugin's document: ${finding?.path} ${finding?.message}`);
  }
  const components = createComponents();
  const written: { readonly raw: RawOperation; readonly operation: JsonObject }[] = [];
  const paths: { [path: string]: JsonObject } = {};
  for (const [rawPath, methods] of Object.entries(raw.paths)) {
    // A list's own route ends in a slash for the router; both spellings are the same path.
    const path = rawPath.length > 1 ? rawPath.replace(/\/$/, "") : rawPath;
    const item = paths[path] ?? {};
    paths[path] = item;
    for (const [method, operation] of Object.entries(methods).flatMap(withHead)) {
      const described = openApiOperation(operation, { path, method, components });
      item[method] = described;
      written.push({ raw: operation, operation: described });
    }
  }
  const used = new Set(written.flatMap((each) => each.raw.tags ?? []));
  const document = {
    openapi: "3.0.3",
    info: { title: "Reelog", version, description: guide(), license: { name: "MIT" } },
    servers: [{ url: publicUrl ?? "/", description: "This server." }],
    tags: describeTags(used),
    // Nothing, on an open server; or a key, in either of two ways.
    security: [{}, { bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: components.schemas,
      parameters: headerParameters(),
      headers: { ...ANSWER_HEADERS },
    },
  };
  // References lead into the components, so the examples come last.
  for (const each of written) exemplify(each, document);
  return document;
}

const SECURITY_SCHEMES = {
  bearer: { type: "http", scheme: "bearer", description: "An API key." },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "An API key." },
} as const;

/** Who serves bytes answers HEAD too, with the same headers. */
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

function exemplify({ raw, operation }: { raw: RawOperation; operation: JsonObject }, document: JsonObject): void {
  const notes = raw[NOTES] ?? {};
  for (const parameter of Array.isArray(operation.parameters) ? operation.parameters : []) {
    if (!isObject(parameter) || "$ref" in parameter || "example" in parameter) continue;
    parameter.example = sampled(parameter.schema, { document });
  }
  if (isObject(operation.requestBody)) addExamples(operation.requestBody.content, { document, notes });
  if (!isObject(operation.responses)) return;
  for (const [status, answer] of Object.entries(operation.responses)) {
    if (isObject(answer)) addExamples(answer.content, { document, notes, status });
  }
}
