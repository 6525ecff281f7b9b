import { ERROR_CODES, ERRORS, type ErrorCode } from "../../core/errors.ts";
import { ErrorEnveloped } from "../response/envelope.ts";
import { type Components, toOpenApiSchema } from "./components.ts";
import { ERROR_EXAMPLES } from "./error_examples.ts";
import { adviceOf } from "./guide.ts";
import { type AnswerHeader, answerHeaders } from "./headers.ts";
import type { JsonObject } from "./json.ts";

/** What the envelope of an example says about itself. */
export const EXAMPLE_META = {
  timestamp: "2026-11-22T10:00:00.000Z",
  requestId: "019390f0-7c1e-7000-8000-000000000000",
} as const;

/** The headers that every answer of a status has. */
export const HEADERS_OF_STATUS: { readonly [status: number]: readonly AnswerHeader[] } = {
  401: ["WWW-Authenticate"],
  416: ["Content-Range", "Accept-Ranges"],
  429: ["Retry-After", "RateLimit", "RateLimit-Policy"],
  503: ["Retry-After"],
};

/**
 * The Response Objects of these errors, one per status, each with an example per code.
 *
 * @param hasBody false for HEAD
 */
export function errorResponses(
  codes: Iterable<ErrorCode>,
  { components, hasBody }: { components: Components; hasBody: boolean },
): { [status: number]: JsonObject } {
  const sorted = ERROR_CODES.filter((code) => new Set(codes).has(code));
  const byStatus = Map.groupBy(sorted, (code) => ERRORS[code].status);
  const entries = [...byStatus].map(([status, of]) => [status, answer(status, of, { components, hasBody })]);
  return Object.fromEntries(entries);
}

function answer(
  status: number,
  codes: readonly ErrorCode[],
  { components, hasBody }: { components: Components; hasBody: boolean },
): JsonObject {
  const envelope = { ...toOpenApiSchema(errorSchema(), components) };
  const oneOfThese = {
    type: "object",
    properties: { meta: { type: "object", properties: { code: { type: "string", enum: codes } } } },
  };
  const content = { schema: { allOf: [envelope, oneOfThese] }, examples: Object.fromEntries(codes.map(exampleOf)) };
  return {
    description: codes.map(adviceOf).join(" "),
    headers: answerHeaders(["X-Request-Id", ...(HEADERS_OF_STATUS[status] ?? [])]),
    ...(hasBody ? { content: { "application/json": content } } : {}),
  };
}

function exampleOf(code: ErrorCode): [code: ErrorCode, example: JsonObject] {
  const { message, details } = ERROR_EXAMPLES[code];
  const meta = { ...EXAMPLE_META, code, ...(details === undefined ? {} : { details }) };
  return [code, { value: { data: null, error: message, meta } }];
}

function errorSchema(): JsonObject {
  return { ...ErrorEnveloped(ERROR_CODES, "A failed answer."), additionalProperties: false };
}
