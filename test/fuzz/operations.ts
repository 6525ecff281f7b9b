import { isObject, type JsonObject } from "../../src/http/openapi/json.ts";

/** An endpoint, as the document describes it. */
export interface Operation {
  /** `POST /api/v3/jobs` */
  readonly name: string;
  /** In upper case. */
  readonly method: string;
  /** `/api/v3/jobs/{id}` */
  readonly template: string;
  readonly parameters: readonly Parameter[];
  /** Content type → schema; null when it reads no body. */
  readonly bodies: ReadonlyMap<string, unknown> | null;
}

export interface Parameter {
  readonly name: string;
  readonly place: string;
  readonly required: boolean;
  readonly schema: unknown;
}

/** All endpoints of a document. */
export function operationsOf(document: JsonObject): Operation[] {
  return members(document.paths).flatMap(([template, item]) =>
    members(item)
      .filter(([method]) => /^(get|head|post|put|patch|delete)$/.test(method))
      .map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${template}`,
        method: method.toUpperCase(),
        template,
        parameters: [item, operation].flatMap((part) => parametersOf(document, part)),
        bodies: bodiesOf(operation),
      })),
  );
}

/** The parameters of a path or of an operation. */
function parametersOf(document: JsonObject, part: unknown): Parameter[] {
  const list = isObject(part) && Array.isArray(part.parameters) ? part.parameters : [];
  return list.map((given: unknown) => {
    const parameter = isObject(given) && typeof given.$ref === "string" ? referred(document, given.$ref) : given;
    if (!isObject(parameter)) throw new Error(`not a parameter: ${JSON.stringify(given)}`);
    const { name, in: place, required, schema } = parameter;
    return { name: String(name), place: String(place), required: required === true, schema };
  });
}

function bodiesOf(operation: unknown): ReadonlyMap<string, unknown> | null {
  const body = isObject(operation) ? operation.requestBody : undefined;
  if (!isObject(body)) return null;
  return new Map(members(body.content).map(([type, media]) => [type, isObject(media) ? media.schema : undefined]));
}

function referred(document: JsonObject, reference: string): unknown {
  return reference
    .slice(2)
    .split("/")
    .reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), document);
}

function members(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}
