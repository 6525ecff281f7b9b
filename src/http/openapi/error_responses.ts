import { type AppError, ERROR_CODES, ERRORS, type ErrorCode } from "../../core/errors.ts";
import { AnyErrorCode } from "../../core/schema_kit.ts";
import { ErrorEnveloped } from "../response/envelope.ts";
import { toOpenApiSchema } from "./components.ts";
import { type AnswerHeader, answerHeaders } from "./headers.ts";
import type { JsonObject } from "./json.ts";
import type { OperationContext } from "./operation.ts";

/** The `meta` of an example. */
export const EXAMPLE_META = {
  timestamp: "2026-11-22T10:00:00.000Z",
  requestId: "019390f0-7c1e-7000-8000-000000000000",
} as const;

/** The headers that every response of a status has. */
export const HEADERS_OF_STATUS: { readonly [status: number]: readonly AnswerHeader[] } = {
  401: ["WWW-Authenticate"],
  416: ["Content-Range", "Accept-Ranges"],
  429: ["Retry-After", "RateLimit", "RateLimit-Policy"],
  503: ["Retry-After"],
};

/** Returns references to the responses of these errors, one per status. */
export function errorResponses(
  codes: ReadonlySet<ErrorCode>,
  options: Pick<OperationContext, "components" | "errorExamples"> & { readonly hasBody: boolean },
): { [status: number]: JsonObject } {
  const byStatus = Map.groupBy(
    ERROR_CODES.filter((code) => codes.has(code)),
    (code) => ERRORS[code].status,
  );
  const entries = [...byStatus].map(([status, ofStatus]) => {
    const headers = answerHeaders(["X-Request-Id", ...(HEADERS_OF_STATUS[status] ?? [])]);
    return [
      status,
      options.hasBody
        ? options.components.referNumbered("responses", `Error${status}`, {
            headers,
            ...errorResponse(ofStatus, options),
          })
        : options.components.referNumbered("responses", "HeadError", {
            description: "As for GET, without a body.",
            headers,
          }),
    ];
  });
  return Object.fromEntries(entries);
}

function errorResponse(
  codes: readonly ErrorCode[],
  { components, errorExamples }: Pick<OperationContext, "components" | "errorExamples">,
): JsonObject {
  const envelope = toOpenApiSchema(
    { ...ErrorEnveloped(AnyErrorCode, "A failed response."), additionalProperties: false },
    components,
  );
  // The envelope has the types; here is only what narrows it.
  const narrowed = { properties: { meta: { properties: { code: { enum: codes } } } } };
  const examples = codes.map((code) => [
    code,
    components.refer("examples", code, { value: exampleOf(errorExamples[code]) }),
  ]);
  return {
    description: `${codes.map((code) => `\`${code}\``).join(" or ")}.`,
    content: {
      "application/json": { schema: { allOf: [envelope, narrowed] }, examples: Object.fromEntries(examples) },
    },
  };
}

function exampleOf({ code, message, details }: AppError): JsonObject {
  return {
    data: null,
    error: message,
    meta: { ...EXAMPLE_META, code, ...(details === undefined ? {} : { details }) },
  };
}
