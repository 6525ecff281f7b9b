import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { isObject, type JsonObject } from "../../src/http/openapi/json.ts";

/** The request of an answer. */
export interface Asked {
  readonly method: string;
  /** From the root, with or without a query: `/api/v3/assets/42`. */
  readonly path: string;
}

/** Checks of answers against an OpenAPI document. */
export interface Promised {
  /** Returns the faults of an answer by the document; empty when it fits. The response stays readable. */
  misfits(asked: Asked, response: Response): Promise<string[]>;
  /** Returns the faults of a value by a schema of the document. */
  check(schema: unknown, value: unknown): string[];
}

/**
 * Holds answers against an OpenAPI 3.0.3 document: the endpoint, the status, the headers, the content type, and the
 * body by its schema.
 *
 * @example
 * ```ts
 * const promised = promisedBy(await (await server.get("/docs/json")).json());
 * expect(await promised.misfits({ method: "GET", path: "/api/v3/assets" }, response)).toEqual([]);
 * ```
 */
export function promisedBy(document: unknown): Promised {
  const root = objectOf(document);
  // Draft 4 is what the schemas of OpenAPI 3.0.3 are made of; `nullable` is known too.
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
  addFormats(ajv);
  const compiled = new WeakMap<object, ReturnType<typeof ajv.compile>>();

  function check(schema: unknown, value: unknown): string[] {
    const key = objectOf(schema);
    const validate = compiled.get(key) ?? ajv.compile(withoutExamples({ allOf: [key], components: root.components }));
    compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message}`);
  }

  function resolved(value: unknown): JsonObject {
    const object = objectOf(value);
    if (typeof object.$ref !== "string") return object;
    return objectOf(
      object.$ref
        .slice(2)
        .split("/")
        .reduce<unknown>((at, name) => objectOf(at)[name], root),
    );
  }

  async function misfits({ method, path }: Asked, response: Response): Promise<string[]> {
    const pathname = path.replace(/\?.*/s, "");
    const item = objectOf(root.paths)[templateOf(Object.keys(objectOf(root.paths)), pathname) ?? ""];
    const operation = isObject(item) ? item[method.toLowerCase()] : undefined;
    if (!isObject(operation)) return [`${method} ${pathname} is not documented`];
    const documented = objectOf(operation.responses)[response.status];
    if (documented === undefined) return [`${method} ${pathname} documents no ${response.status}`];
    const answer = resolved(documented);
    return [...headerMisfits(answer, response), ...(await bodyMisfits(answer, response.clone()))];
  }

  function headerMisfits(answer: JsonObject, { headers }: Response): string[] {
    return Object.entries(objectOf(answer.headers ?? {})).flatMap(([name, reference]) => {
      const { required, schema } = resolved(reference);
      const value = headers.get(name);
      if (value === null) return required === true ? [`the header ${name} is missing`] : [];
      return check(schema, value).map((finding) => `the header ${name} ${finding}`);
    });
  }

  async function bodyMisfits(answer: JsonObject, response: Response): Promise<string[]> {
    const bytes = await response.bytes();
    if (!isObject(answer.content)) return bytes.byteLength === 0 ? [] : ["there is a body where none is documented"];
    const type = response.headers.get("content-type") ?? "";
    const isOf = (name: string) => [essenceOf(type), type.replace(/\/.*/, "/*")].includes(essenceOf(name));
    const documented = Object.entries(answer.content).find(([name]) => isOf(name));
    if (documented === undefined) return [`the content type '${type}' is not documented`];
    const { schema } = objectOf(documented[1]);
    if (essenceOf(type) !== "application/json") return [];
    return check(schema, JSON.parse(new TextDecoder().decode(bytes)));
  }

  return { misfits, check };
}

/** To a validator of draft 4, the `id` of a thing in an example would be the id of a schema. */
function withoutExamples(schema: JsonObject, isSchema = true): JsonObject {
  const entries = Object.entries(schema).filter(([keyword]) => !(isSchema && keyword === "example"));
  return Object.fromEntries(
    entries.map(([keyword, value]) => {
      const clean = (part: unknown) => (isObject(part) ? withoutExamples(part, keyword !== "properties") : part);
      return [keyword, Array.isArray(value) ? value.map(clean) : clean(value)];
    }),
  );
}

/** The documented path of a real one; a static segment wins over a parameter. */
function templateOf(templates: readonly string[], pathname: string): string | undefined {
  const segments = pathname.split("/");
  return templates
    .filter((template) => {
      const parts = template.split("/");
      return parts.length === segments.length && parts.every((part, at) => part === segments[at] || /^\{/.test(part));
    })
    .sort((a, b) => a.split("{").length - b.split("{").length)[0];
}

function essenceOf(type: string): string {
  return (type.split(";", 1)[0] ?? "").trim().toLowerCase();
}

function objectOf(value: unknown): JsonObject {
  if (!isObject(value)) throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value;
}
