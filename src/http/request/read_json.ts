import { AppError, type ErrorCode } from "../../core/errors.ts";
import { sizeLimit } from "../../core/size_limit.ts";
import { BODY_PACE, type BodyPace, readBody } from "./body_pace.ts";

/** The largest JSON body, 1 MiB (docs/architecture.md). */
export const MAX_JSON_BYTES = 1024 * 1024;

/**
 * The most values in a body, counting each item and member: a hundred of the largest imports have 6,000, and the cost
 * of every pass over a body grows with its values.
 */
export const MAX_JSON_VALUES = 20_000;

/** The deepest nesting: deeper than any valid body, and far from overflowing a validator's stack. */
const MAX_DEPTH = 64;

/**
 * Keys that no body may have. The first changes the prototype of the object it is assigned to. The second breaks the
 * framework's error messages, which convert every invalid value to a string: the response would be 500.
 */
const UNFIT_KEYS = ["__proto__", "toString"] as const;

/** The errors of reading a JSON body, beyond those of every endpoint. */
export const JSON_BODY_CODES = [
  "malformed_json",
  "body_too_large",
  "request_timeout",
  "unsupported_media_type",
] as const satisfies readonly ErrorCode[];

/** Options for reading a body. */
export interface ReadJsonOptions {
  readonly maxBytes?: number;
  /** True for an endpoint that also accepts a form, which the error then mentions. */
  readonly orForm?: boolean;
  /** The least pace of the sender; a slower one is rejected. */
  readonly pace?: BodyPace;
}

/**
 * Reads a JSON body (RFC 8259) from the stream, at most `maxBytes` of it.
 *
 * A repeated key has its last value. Rejects the keys `__proto__` and `toString`, which no valid body has, and lone
 * surrogates in strings.
 *
 * @throws {AppError} `unsupported_media_type` when the content type is not JSON in UTF-8, or the body is compressed;
 *   `body_too_large` for too many bytes or values; `malformed_json`, also for an empty body; `bad_request` when the
 *   connection closes too early; `request_timeout` for a sender that is too slow
 */
export async function readJson(
  request: Request,
  { maxBytes = MAX_JSON_BYTES, orForm = false, pace = BODY_PACE }: ReadJsonOptions = {},
): Promise<unknown> {
  assertJson(request.headers, orForm);
  const bytes = await readBytes(request, { maxBytes, pace });
  if (bytes.byteLength === 0) throw malformed("it is empty");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw malformed("it is not UTF-8");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed("it is not valid JSON");
  }
  assertTame(value);
  return value;
}

/** Checks the content type. @throws {AppError} `unsupported_media_type` */
export function assertJson(headers: Headers, orForm = false): void {
  const [type = "", ...parameters] = (headers.get("content-type") ?? "").toLowerCase().split(";");
  if (!/^application\/([\w.+-]+\+)?json$/.test(type.trim())) {
    const why = orForm ? "neither application/json nor multipart/form-data" : "not application/json";
    throw new AppError("unsupported_media_type", `Cannot read the body: its content type is ${why}`);
  }
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith("charset="));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    throw new AppError("unsupported_media_type", "Cannot read the body: JSON is UTF-8, not another charset");
  }
  if (!/^(identity)?$/i.test(headers.get("content-encoding")?.trim() ?? "")) {
    throw new AppError("unsupported_media_type", "Cannot read the body: it must not be compressed");
  }
}

/**
 * Reads a whole body into memory.
 *
 * @throws {AppError} `body_too_large`, `bad_request` and `request_timeout`, as {@linkcode readJson}
 */
export async function readBytes(
  request: Request,
  { maxBytes = MAX_JSON_BYTES, pace = BODY_PACE }: Pick<ReadJsonOptions, "maxBytes" | "pace"> = {},
): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length")) > maxBytes) throw tooLarge(maxBytes);
  const sink = new Bun.ArrayBufferSink();
  sink.start({ asUint8Array: true });
  let total = 0;
  for await (const chunk of request.body === null ? [] : readBody(request.body.getReader(), "body", pace)) {
    total += chunk.byteLength;
    if (total > maxBytes) throw tooLarge(maxBytes);
    sink.write(chunk);
  }
  return new Uint8Array(sink.end());
}

/**
 * Rejects values that components would read differently: SQLite, for one, replaces lone surrogates (RFC 8259, section
 * 8.2). Walks without recursion, because the depth is not checked yet.
 */
function assertTame(root: unknown): void {
  const open: [value: unknown, depth: number][] = [[root, 1]];
  let values = 1;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value === "string" && !value.isWellFormed()) throw malformed("a string has half a surrogate pair");
    if (typeof value !== "object" || value === null) continue;
    if (depth > MAX_DEPTH) throw malformed(`it is nested deeper than ${MAX_DEPTH} levels`);
    const unfit = UNFIT_KEYS.find((key) => Object.hasOwn(value, key));
    if (unfit !== undefined) throw malformed(`it has a key '${unfit}'`);
    const children = Array.isArray(value) ? value : Object.values(value);
    values += children.length;
    if (values > MAX_JSON_VALUES) throw tooMany();
    for (const child of children) open.push([child, depth + 1]);
  }
}

/** Returns the error of a body that is not JSON. */
export function malformed(why: string): AppError {
  return new AppError("malformed_json", `Cannot read the body: ${why}`);
}

function tooMany(): AppError {
  return new AppError("body_too_large", `Cannot read the body: it has more than ${MAX_JSON_VALUES} values`);
}

/** Returns the error of a body with too many bytes. */
export function tooLarge(maxBytes: number): AppError {
  return new AppError("body_too_large", `Cannot read the body: it is larger than ${sizeLimit(maxBytes)}`);
}
