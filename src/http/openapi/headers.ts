import type { Components } from "./components.ts";
import type { JsonObject } from "./json.ts";

const HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const DATE = "Sun, 22 Nov 2026 10:00:00 GMT";

/** The request headers that endpoints read, as Parameter Objects without name and location. */
export const REQUEST_HEADERS = {
  "X-Request-Id": {
    description: "Your own id of this request; what does not fit is replaced by a new one.",
    schema: { type: "string", maxLength: 128 },
    example: "tour-1",
  },
  "Idempotency-Key": {
    description: "Makes a repetition safe: the same key and body answer what the first request made.",
    schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[\\x21-\\x7e]+$" },
    example: "import-bottle-1",
  },
  Prefer: {
    description: "`respond-async` answers 202 at once; `wait=n` waits n seconds at most, up to 60 (RFC 7240).",
    schema: { type: "string" },
    example: "wait=30",
  },
  "If-Match": {
    description:
      "Goes on only while the ETag is this one; else 412. Of a version its weak form counts, too, which proxies make.",
    schema: { type: "string" },
    example: '"5"',
  },
  "If-None-Match": {
    description: "A read answers 304 while the ETag is this one; a change is refused with 412.",
    schema: { type: "string" },
    example: '"5"',
  },
  "If-Modified-Since": {
    description: "Answers 304 when nothing changed since; not looked at beside If-None-Match.",
    schema: { type: "string" },
    example: DATE,
  },
  "If-Unmodified-Since": {
    description: "Goes on only when nothing changed since, else 412; not looked at beside If-Match.",
    schema: { type: "string" },
    example: DATE,
  },
  Range: {
    description: "One or several ranges of bytes (RFC 9110, section 14); what is malformed is ignored.",
    schema: { type: "string" },
    example: "bytes=0-1023",
  },
  "If-Range": {
    description: "Answers the Range only while the ETag or date is this one, else the whole.",
    schema: { type: "string" },
    example: `"${HASH}"`,
  },
  "Last-Event-ID": {
    description: "The `id` of the last event that was received; the stream goes on after it.",
    schema: { type: "string", pattern: "^\\d+$" },
    example: "42",
  },
} as const satisfies Record<string, Described>;

/** The response headers, as Header Objects. `required` means that the response always has it. */
export const ANSWER_HEADERS = {
  "X-Request-Id": {
    description: "The id of this request, as in `meta.requestId`.",
    required: true,
    schema: { type: "string", minLength: 1, maxLength: 128 },
    example: "019390f0-7c1e-7000-8000-000000000000",
  },
  Location: {
    description: "The path of the thing that was made.",
    required: true,
    schema: { type: "string" },
    example: "/api/v3/assets/019390f0-7c1e-7000-8000-000000000001",
  },
  "Preference-Applied": {
    description: "The preference that was honoured (RFC 7240).",
    schema: { type: "string" },
    example: "wait=30",
  },
  "Idempotency-Replayed": {
    description: "This answer is the outcome of an earlier request with the same key.",
    schema: { type: "string", enum: ["true"] },
    example: "true",
  },
  Link: {
    description: 'The next page as `rel="next"` (RFC 8288); absent at the end.',
    schema: { type: "string" },
    example: '</api/v3/assets?cursor=cDQy>; rel="next"',
  },
  ETag: {
    description: "The strong entity tag of what is answered.",
    required: true,
    schema: { type: "string", pattern: '^"[^"]+"$' },
    example: `"${HASH}"`,
  },
  "Last-Modified": { description: "When the bytes were stored.", schema: { type: "string" }, example: DATE },
  "Accept-Ranges": {
    description: "Ranges of bytes are answered.",
    schema: { type: "string", enum: ["bytes"] },
    example: "bytes",
  },
  "Content-Range": {
    description: "Which bytes these are; on 416 the size. Absent when there are several parts.",
    schema: { type: "string", pattern: "^bytes (\\d+-\\d+|\\*)/\\d+$" },
    example: "bytes 0-1023/52428800",
  },
  "Content-Disposition": {
    description: "Whether the file is shown or saved, and its name (RFC 6266).",
    required: true,
    schema: { type: "string" },
    example: 'inline; filename="bottle.jpg"',
  },
  "Cache-Control": {
    description: "How long a cache may keep it.",
    required: true,
    schema: { type: "string" },
    example: "private, max-age=5400",
  },
  "Retry-After": {
    description: "Seconds to wait before the next try.",
    required: true,
    schema: { type: "string", pattern: "^\\d+$" },
    example: "2",
  },
  RateLimit: {
    description:
      "What is left for now, in small requests, and the seconds until all is there again (draft-ietf-httpapi-ratelimit-headers).",
    schema: { type: "string" },
    example: '"owner";r=0;t=2',
  },
  "RateLimit-Policy": {
    description:
      "How many small requests in how many seconds; a costly one counts as several (draft-ietf-httpapi-ratelimit-headers).",
    schema: { type: "string" },
    example: '"owner";q=400;w=2',
  },
  "WWW-Authenticate": {
    description: "That a key is wanted (RFC 6750, section 3).",
    required: true,
    schema: { type: "string" },
    example: 'Bearer realm="reelog"',
  },
} as const satisfies Record<string, Described>;

/** The name of a header of {@linkcode REQUEST_HEADERS}. */
export type RequestHeader = keyof typeof REQUEST_HEADERS;

/** The name of a header of {@linkcode ANSWER_HEADERS}. */
export type AnswerHeader = keyof typeof ANSWER_HEADERS;

interface Described {
  readonly description: string;
  readonly required?: boolean;
  readonly schema: JsonObject;
  readonly example: string;
}

/** Adds the Parameter Object of a request header, and returns the reference to it. */
export function headerParameter(name: RequestHeader, components: Components): JsonObject {
  return components.refer("parameters", name, { name, in: "header", ...REQUEST_HEADERS[name] });
}

/** Returns references to the headers of a response. */
export function answerHeaders(names: Iterable<AnswerHeader>): JsonObject {
  return Object.fromEntries([...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
