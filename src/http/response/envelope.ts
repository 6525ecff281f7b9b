import { type Static, type TSchema, type TUnsafe, Type } from "@sinclair/typebox";
import { ERRORS, type ErrorCode, type ErrorDetails } from "../../core/errors.ts";
import { OneOf } from "../../core/schema_kit.ts";

/** The metadata of every response. */
export const Meta = Type.Object(
  {
    timestamp: Type.String({ description: "The time of the response: RFC 3339, UTC." }),
    requestId: Type.String({ description: "Also in the X-Request-Id header; include it when you report a problem." }),
    page: Type.Optional(
      Type.Integer({ minimum: 1, description: "With offset paging: the number of the page, from 1." }),
    ),
    total: Type.Optional(
      Type.Integer({ minimum: 0, description: "With offset paging: the length of the whole list." }),
    ),
    nextCursor: Type.Optional(
      Type.String({ description: "Send it as `cursor` for the next page; absent at the end." }),
    ),
  },
  { title: "Meta", additionalProperties: false },
);

/** The paging part of {@linkcode Meta}. */
export type PageMeta = Pick<Static<typeof Meta>, "page" | "total" | "nextCursor">;

/** Returns the schema of a successful response with this data. */
export function Enveloped<Data extends TSchema>(data: Data, description: string) {
  return Type.Object({ data, error: Type.Null(), meta: Meta }, { additionalProperties: false, description });
}

/** A successful response. */
export interface Envelope<Data> {
  data: Data;
  error: null;
  meta: Static<typeof Meta>;
}

/** Puts data into the envelope. */
export function envelope<Data>(data: Data, requestId: string, page: PageMeta = {}): Envelope<Data> {
  return { data, error: null, meta: { timestamp: new Date().toISOString(), requestId, ...page } };
}

const Details = Type.Union([
  Type.Array(Type.Object({ path: Type.String(), message: Type.String() })),
  Type.Record(Type.String(), Type.Unknown()),
]);

/** Returns the schema of a failed response. */
export function ErrorEnveloped(code: TUnsafe<ErrorCode>, description: string): TUnsafe<ErrorEnvelope> {
  return Type.Unsafe<ErrorEnvelope>(
    Type.Object(
      {
        data: Type.Null(),
        error: Type.String({ description: "One sentence for a person." }),
        meta: Type.Object({
          timestamp: Type.String(),
          requestId: Type.String(),
          code,
          details: Type.Optional(Details),
        }),
      },
      { title: "Error", description },
    ),
  );
}

type StatusOf<Code extends ErrorCode> = (typeof ERRORS)[Code]["status"];

/** The errors of every endpoint: the document adds them automatically, and typed clients must be able to match them. */
type CommonCode =
  | "bad_request"
  | "unauthorized"
  | "forbidden"
  | "validation_failed"
  | "rate_limited"
  | "internal"
  | "unavailable";

/** Returns the documented responses of a route for its errors, one per status. */
export function failures<const Code extends ErrorCode>(
  ...codes: readonly Code[]
): { [Status in StatusOf<Code | CommonCode>]: TUnsafe<ErrorEnvelope> } {
  const byStatus = Map.groupBy(new Set(codes), (code) => ERRORS[code].status);
  const entries = [...byStatus].map(([status, of]) => {
    const advice = of.map((code) => `\`${code}\`: ${ERRORS[code].advice}`).join(" ");
    return [status, ErrorEnveloped(OneOf(of), advice)];
  });
  // Object.fromEntries loses the type of the keys; they are the statuses of the codes.
  return Object.fromEntries(entries) as { [Status in StatusOf<Code | CommonCode>]: TUnsafe<ErrorEnvelope> };
}

/** A failed response. */
export interface ErrorEnvelope {
  data: null;
  error: string;
  meta: { timestamp: string; requestId: string; code: ErrorCode; details?: ErrorDetails };
}

/** Puts an error into the envelope. */
export function errorEnvelope(
  error: { code: ErrorCode; message: string; details?: ErrorDetails | undefined },
  requestId: string,
): ErrorEnvelope {
  const { code, message, details } = error;
  return {
    data: null,
    error: message,
    meta: { timestamp: new Date().toISOString(), requestId, code, ...(details === undefined ? {} : { details }) },
  };
}
