import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { type Static, Type } from "@sinclair/typebox";
import { t } from "elysia";
import { ERROR_CODES, ERRORS } from "../../src/core/errors.ts";
import { Nullable, OneOf } from "../../src/core/schema_kit.ts";
import { createComponents, toOpenApiSchema } from "../../src/http/openapi/components.ts";
import { openApiDocument } from "../../src/http/openapi/document.ts";
import { isObject, type JsonObject } from "../../src/http/openapi/json.ts";
import { errorExamples } from "../../src/server/error_examples.ts";
import { checked } from "../support/answer.ts";
import { type Promised, promisedBy } from "../support/fits_document.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

const Media = Type.Object({
  schema: Type.Record(Type.String(), Type.Unknown()),
  example: Type.Optional(Type.Unknown()),
  examples: Type.Optional(Type.Record(Type.String(), Type.Object({ value: Type.Unknown() }))),
});
const Content = Type.Record(Type.String(), Media);
const Operation = Type.Object({
  tags: Type.Array(Type.String(), { minItems: 1 }),
  summary: Type.String({ minLength: 1 }),
  operationId: Type.String({ pattern: "^[a-z][A-Za-z]+$" }),
  parameters: Type.Array(Type.Record(Type.String(), Type.Unknown())),
  requestBody: Type.Optional(Type.Object({ content: Content })),
  responses: Type.Record(
    Type.String({ pattern: "^\\d{3}$" }),
    Type.Object({
      description: Type.String({ minLength: 1 }),
      headers: Type.Record(Type.String(), Type.Unknown()),
      content: Type.Optional(Content),
    }),
  ),
});

/** Replaces the references to responses, parameters and examples by what they refer to; schemas keep theirs. */
function resolved(value: unknown, root: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => resolved(each, root));
  if (!isObject(value)) return value;
  const path = /^#\/components\/((?:responses|parameters|examples)\/.+)$/.exec(String(value.$ref))?.[1];
  if (path === undefined)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, root)]));
  const target = path.split("/").reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), root);
  return isObject(target) ? { ...resolvedObject(target, root), from: value.$ref } : undefined;
}

function resolvedObject(value: JsonObject, root: unknown): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, root)]));
}

const Parameters = Type.Array(Type.Object({ $ref: Type.String() }));
const WithParameters = Type.Object({ parameters: Parameters });
const PathItem = Type.Object({
  parameters: Parameters,
  get: WithParameters,
  put: WithParameters,
  delete: WithParameters,
});
const Paths = Type.Record(Type.String(), Type.Unknown());

/** Adds the parameters that all operations of a path share to each of them. */
function withPathParameters(root: JsonObject): JsonObject {
  const paths = Object.entries(isObject(root.paths) ? root.paths : {}).map(([path, item]) => {
    const { parameters = [], ...operations } = isObject(item) ? item : {};
    const whole = Object.entries(operations).map(([method, operation]) => {
      const own = isObject(operation) ? operation.parameters : [];
      return [method, { ...Object(operation), parameters: [parameters, own].flat() }];
    });
    return [path, Object.fromEntries(whole)];
  });
  return { ...root, paths: Object.fromEntries(paths) };
}

const Document = Type.Object({
  openapi: Type.Literal("3.0.3"),
  info: Type.Object({ version: Type.String(), description: Type.String() }),
  servers: Type.Array(Type.Object({ url: Type.String() })),
  paths: Type.Record(Type.String(), Type.Record(Type.String(), Operation)),
  components: Type.Record(Type.String(), Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()))),
});

let server: TestServer;
let raw: Record<string, unknown>;
let document: Static<typeof Document>;
let operations: { name: string; path: string; method: string; operation: Static<typeof Operation> }[];
let promised: Promised;

beforeAll(async () => {
  server = await startTestServer();
  const response = await server.get("/docs/json");
  expect(response.headers.get("content-type")).toStartWith("application/json");
  raw = checked(Type.Record(Type.String(), Type.Unknown()), await response.json());
  document = checked(Document, withPathParameters(resolvedObject(raw, raw.components)));
  promised = promisedBy(raw);
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, method, operation })),
  );
});

afterAll(async () => await server[Symbol.asyncDispose]());

describe("the document", () => {
  test("is valid OpenAPI 3.0.3", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(raw));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBeTrue();
  });

  test("describes exactly what the server routes", () => {
    const routed = server.routes.map(
      ({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, "{$1}").replace(/(.)\/$/, "$1")}`,
    );
    // The framework answers HEAD by itself; it is described where it is a thing of its own.
    const described = operations.filter(({ method }) => method !== "head").map(({ name }) => name);
    expect(described.sort()).toEqual(routed.sort());
  });

  test("names every operation once, in words and for programs", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain("importAssetFromUrl");
    expect(ids).toContain("headAssetData");
  });

  test("shows a success for every operation, and an example of every body that is no envelope", () => {
    for (const { name, method, operation } of operations) {
      const successes = Object.keys(operation.responses).filter((status) => status.startsWith("2"));
      expect({ name, count: successes.length }).not.toEqual({ name, count: 0 });
      for (const [type, media] of contentsOf(operation)) {
        // An example of an envelope is made of those of its schemas.
        if (media.schema.format === "binary" || "$ref" in media.schema || "data" in properties(media)) continue;
        expect({ name, type, has: "example" in media || "examples" in media }).toEqual({ name, type, has: true });
      }
      const hasContent = Object.values(operation.responses).some(({ content }) => content);
      expect({ name, hasContent: method === "head" && hasContent }).toEqual({ name, hasContent: false });
    }
  });

  test("has no example that does not fit its own schema", () => {
    for (const { name, operation } of operations) {
      for (const [type, { schema, example, examples }] of contentsOf(operation)) {
        const all = [...(example === undefined ? [] : [example]), ...Object.values(examples ?? {}).map((e) => e.value)];
        for (const each of all)
          expect({ name, type, misfits: promised.check(schema, each) }).toEqual({ name, type, misfits: [] });
      }
      for (const parameter of operation.parameters) {
        if (!("example" in parameter)) continue;
        const misfits = promised.check(parameter.schema, parameter.example);
        expect({ name, parameter: parameter.name, misfits }).toEqual({ name, parameter: parameter.name, misfits: [] });
      }
    }
    for (const [name, { schema, example }] of Object.entries(document.components.headers ?? {})) {
      expect({ name, misfits: promised.check(schema, example) }).toEqual({ name, misfits: [] });
    }
    for (const [name, schema] of Object.entries(document.components.schemas ?? {})) {
      if (!("example" in schema)) continue;
      expect({ name, misfits: promised.check(schema, schema.example) }).toEqual({ name, misfits: [] });
    }
  });

  test("describes every error with its own status and nothing of another", () => {
    for (const { name, operation } of operations) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["400", "403", "500"]));
      for (const [status, { content }] of Object.entries(operation.responses)) {
        for (const code of ERROR_CODES) {
          if (content?.["application/json"]?.examples?.[code] === undefined) continue;
          expect({ name, code, status: Number(status) }).toEqual({ name, code, status: ERRORS[code].status });
        }
      }
    }
  });

  test("names the schemas that clients want names for, and refers to them", () => {
    expect(Object.keys(document.components.schemas ?? {})).toEqual(expect.arrayContaining(["Asset", "Meta", "Error"]));
    const schema = document.paths["/api/v3/assets/{id}"]?.get?.responses["200"]?.content?.["application/json"]?.schema;
    expect(schema).toEqual({ $ref: "#/components/schemas/AssetResponse" });
    expect(document.components.schemas?.AssetResponse?.properties).toMatchObject({
      data: { $ref: "#/components/schemas/Asset" },
    });
  });

  test("says which content types there are, and no other", () => {
    const types = (path: string, method: string, status: string) =>
      Object.keys(document.paths[path]?.[method]?.responses[status]?.content ?? {});
    expect(types("/api/v3/assets", "get", "200")).toEqual(["application/json"]);
    expect(types("/metrics", "get", "200")).toEqual(["text/plain"]);
    expect(types("/api/v3/assets/{id}/thumbnail", "get", "200")).toEqual(["image/webp"]);
    expect(types("/api/v3/assets/{id}/data", "get", "206")).toContain("multipart/byteranges");
    const upload = document.paths["/api/v3/assets"]?.post?.requestBody?.content ?? {};
    expect(Object.keys(upload)).toEqual(["multipart/form-data"]);
    expect(document.components.schemas?.AssetUpload?.properties).toMatchObject({
      file: { type: "string", format: "binary" },
    });
  });

  test("shows the headers that make the conventions", () => {
    const post = document.paths["/api/v3/assets/from-url"]?.post;
    const listens = post?.parameters.map(({ from }) => from);
    expect(listens).toContain("#/components/parameters/Idempotency-Key");
    expect(listens).toContain("#/components/parameters/Prefer");
    expect(Object.keys(post?.responses["202"]?.headers ?? {})).toEqual([
      "X-Request-Id",
      "Idempotency-Replayed",
      "Preference-Applied",
      "Location",
    ]);
    const data = document.paths["/api/v3/assets/{id}/data"];
    expect(Object.keys(data?.get?.responses["206"]?.headers ?? {})).toContain("Content-Range");
    expect(Object.keys(data?.get?.responses ?? {})).toEqual(expect.arrayContaining(["304", "412", "416"]));
  });

  test("has the parameters that all operations of a path share at the path, once", () => {
    const item = checked(PathItem, checked(Type.Object({ paths: Paths }), raw).paths["/api/v3/clients/{id}"]);
    const shared = item.parameters.map(({ $ref }) => $ref);
    expect(shared).toContain("#/components/parameters/X-Request-Id");
    for (const operation of [item.get, item.put, item.delete]) {
      expect(operation.parameters.filter(({ $ref }) => shared.includes($ref))).toEqual([]);
    }
  });

  test("says of every parameter of a query what it does", () => {
    for (const { name, operation } of operations) {
      const silent = operation.parameters.filter((given) => given.in === "query" && !given.description);
      expect({ name, silent }).toEqual({ name, silent: [] });
    }
  });

  test("explains every error code, and keeps nothing that only we need", () => {
    for (const code of ERROR_CODES) expect(document.info.description).toContain(`\`${code}\``);
    expect(JSON.stringify(raw)).not.toContain("x-notes");
  });

  test("stays small enough to read over a slow line", () => {
    expect(Buffer.byteLength(JSON.stringify(raw))).toBeLessThan(175_000);
  });

  test("is the same at every request", async () => {
    expect(await (await server.get("/docs/json")).json()).toEqual(raw);
  });

  test("names the public URL as its server", async () => {
    expect(document.servers).toEqual([expect.objectContaining({ url: "/" })]);
    const paths = openApiDocument(
      { paths: {} },
      { version: "1.0.0", publicUrl: "https://ads.example", errorExamples: errorExamples() },
    );
    expect(paths.servers).toEqual([expect.objectContaining({ url: "https://ads.example" })]);
  });

  test("is not made out of something that the plugin did not make", () => {
    expect(() =>
      openApiDocument(
        { paths: { "/x": { get: 1 } } },
        { version: "1", publicUrl: null, errorExamples: errorExamples() },
      ),
    ).toThrow("Cannot read the plugin's document");
  });
});

describe("a schema in OpenAPI 3.0.3", () => {
  const translated = (schema: unknown) => toOpenApiSchema(schema, createComponents());

  test("has enums for constants", () => {
    expect(translated(OneOf(["a", "b"], { description: "One." }))).toEqual({
      type: "string",
      enum: ["a", "b"],
      description: "One.",
    });
    expect(translated(Type.Literal(3))).toEqual({ type: "number", enum: [3] });
  });

  test("writes a scalar out beside null, though it has a title", () => {
    expect(translated(Nullable(Type.String({ title: "Name", minLength: 1 })))).toEqual({
      type: "string",
      minLength: 1,
      nullable: true,
    });
  });

  test("is nullable beside a type, also as an enum", () => {
    expect(translated(Nullable(Type.Integer({ minimum: 1 })))).toEqual({ type: "integer", minimum: 1, nullable: true });
    expect(translated(Nullable(OneOf(["a", "b"])))).toEqual({ type: "string", enum: ["a", "b", null], nullable: true });
    expect(translated(Type.Null())).toEqual({ type: "string", nullable: true, enum: [null] });
    expect(translated(Type.Union([Type.String(), Type.Array(Type.String()), Type.Null()]))).toEqual({
      anyOf: [
        { type: "string" },
        { type: "array", items: { type: "string" } },
        { type: "string", nullable: true, enum: [null] },
      ],
    });
  });

  test("says records, exclusive bounds and examples in its own words", () => {
    expect(translated(Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0, examples: [1, 2] })))).toEqual({
      type: "object",
      additionalProperties: { type: "number", minimum: 0, exclusiveMinimum: true, example: 1 },
    });
  });

  test("of a number in a query is that number", () => {
    expect(translated(t.Integer({ minimum: 1, default: 5 }))).toEqual({ type: "integer", minimum: 1, default: 5 });
  });

  test("is referred to by its title, also where it may be null", () => {
    const components = createComponents();
    const Thing = Type.Object({ title: Type.String() }, { title: "Thing" });
    const schema = toOpenApiSchema(
      Type.Object({ one: Thing, many: Type.Array(Thing), none: Nullable(Thing) }),
      components,
    );
    expect(schema.properties).toMatchObject({
      one: { $ref: "#/components/schemas/Thing" },
      many: { items: { $ref: "#/components/schemas/Thing" } },
      none: { anyOf: [{ $ref: "#/components/schemas/Thing" }, { type: "string", nullable: true, enum: [null] }] },
    });
    expect(components.schemas).toEqual({
      Thing: { type: "object", required: ["title"], properties: { title: { type: "string" } } },
    });
    expect(() => toOpenApiSchema(Type.String({ title: "Thing" }), components)).toThrow("two different schemas Thing");
  });
});

function properties({ schema }: Static<typeof Media>): object {
  return isObject(schema.properties) ? schema.properties : {};
}

function contentsOf({ requestBody, responses }: Static<typeof Operation>): [string, Static<typeof Media>][] {
  const contents = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)];
  return contents.flatMap((content) => Object.entries(content ?? {}));
}

// orval 8.38.0, @hey-api/openapi-ts 0.99.0 and swagger-typescript-api 13.13.0 were tried with this: of two content types
// they take one, and only a plain object with a `binary` property becomes a form that takes a File.
test("bodies: each has one content type, and what takes a file is a form of plain fields", () => {
  const File = Type.Object({ type: Type.Literal("string"), format: Type.Literal("binary") });
  const Form = Type.Object({
    type: Type.Literal("object"),
    properties: Type.Object({ file: File, tags: Type.Object({ type: Type.Literal("array") }) }),
  });
  const takesFiles: string[] = [];
  for (const { name, operation } of operations) {
    if (!operation.requestBody) continue;
    const [type = "", ...others] = Object.keys(operation.requestBody.content);
    expect({ name, others }).toEqual({ name, others: [] });
    if (type === "application/json") continue;
    takesFiles.push(name);
    expect(type).toBe("multipart/form-data");
    const { $ref } = checked(Type.Object({ $ref: Type.String() }), operation.requestBody.content[type]?.schema);
    const form = document.components.schemas?.[$ref.split("/").at(-1) ?? ""];
    checked(Form, form);
    expect(Object.keys(form ?? {}).filter((key) => /^(?:oneOf|anyOf|allOf)$/.test(key))).toEqual([]);
  }
  expect(takesFiles).toEqual(["post /api/v3/assets", "post /api/v3/assets/unified"]);
});
