import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { Asset } from "../../src/assets/schema.ts";
import { ERROR_CODES } from "../../src/core/errors.ts";
import { OneOf } from "../../src/core/schema_kit.ts";

const EnvelopeOfAnything = Type.Object(
  {
    data: Type.Unknown(),
    error: Type.Union([Type.String({ minLength: 1 }), Type.Null()]),
    meta: Type.Object(
      {
        timestamp: Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$" }),
        requestId: Type.String({ minLength: 1 }),
        code: Type.Optional(OneOf(ERROR_CODES)),
        details: Type.Optional(Type.Unknown()),
        page: Type.Optional(Type.Integer()),
        total: Type.Optional(Type.Integer()),
        nextCursor: Type.Optional(Type.String()),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

/** The answer of the server, with its envelope checked. */
export interface Answer extends Static<typeof EnvelopeOfAnything> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Reads an answer and checks what every answer must have: the envelope, the request id, and data or an error. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const json: unknown = text === "" ? undefined : JSON.parse(text);
  const envelope = checked(EnvelopeOfAnything, json);
  if ((envelope.error === null) !== response.ok) throw new Error(`${response.status} with ${text}`);
  if ([429, 503].includes(response.status) && !/^[1-9]\d*$/.test(response.headers.get("retry-after") ?? "")) {
    throw new Error(`${response.status} without Retry-After: ${text}`);
  }
  if (response.headers.get("x-request-id") !== envelope.meta.requestId) throw new Error(`other request id: ${text}`);
  return { status: response.status, headers: response.headers, text, ...envelope };
}

/** The asset of an answer, checked against the schema of the API. */
export function readAsset({ data }: Pick<Answer, "data">): Static<typeof Asset> {
  return checked(Asset, data);
}

/** The assets of a list. */
export function readAssets({ data }: Pick<Answer, "data">): Static<typeof Asset>[] {
  return checked(Type.Array(Asset), data);
}

/** The asset that a failed import names in its details. */
export function failedAssetId({ meta }: Pick<Answer, "meta">): string {
  return checked(Type.Object({ assetId: Type.String() }), meta.details).assetId;
}

/** The value of a schema; a test fails with what does not fit. */
export function checked<Schema extends typeof EnvelopeOfAnything | Parameters<typeof Value.Check>[0]>(
  schema: Schema,
  value: unknown,
): Static<Schema> {
  if (Value.Check(schema, value)) return value;
  const findings = [...Value.Errors(schema, value)].map(({ path, message }) => `${path}: ${message}`).slice(0, 5);
  throw new Error(`${findings.join("; ")} in ${JSON.stringify(value)?.slice(0, 1000)}`);
}
