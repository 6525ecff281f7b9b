/**
 * The table of all errors: code → HTTP status and advice for the person who meets it.
 *
 * A code is for programs and never changes its meaning; the sentence of an {@linkcode AppError} is for people.
 */
export const ERRORS = {
  malformed_json: { status: 400, advice: "Send a body that is valid JSON in UTF-8." },
  bad_request: { status: 400, advice: "Correct the header, path or parameter that the message names." },
  unauthorized: { status: 401, advice: "Send a valid API key as 'Authorization: Bearer <key>' or 'X-API-Key'." },
  forbidden: { status: 403, advice: "Use an origin, host, key or signed URL that is allowed to do this." },
  not_found: { status: 404, advice: "Check the id; it may be deleted or belong to somebody else." },
  method_not_allowed: { status: 405, advice: "Use one of the methods in the Allow header." },
  request_timeout: {
    status: 408,
    advice: "Send the body again over a faster connection: at least 1 KiB a second, without pauses of 30 seconds.",
  },
  conflict: { status: 409, advice: "Read the thing again, resolve what uses it or has changed it, and retry." },
  quota_exceeded: {
    status: 409,
    advice: "Delete assets to make room, or have STORED_MB_PER_OWNER raised; then retry. Past changes stay and count.",
  },
  history_full: { status: 409, advice: "Make a new one and go on with that; this one can still be read and deleted." },
  wrong_state: { status: 409, advice: "Use one of the actions in meta.details.allowedActions." },
  precondition_failed: { status: 412, advice: "Read the thing again and send its current ETag in If-Match." },
  asset_too_large: { status: 413, advice: "Use a smaller file, or raise MAX_ASSET_DOWNLOAD_SIZE_MB." },
  body_too_large: { status: 413, advice: "Send a JSON body of at most 1 MiB and 20,000 values." },
  unsupported_media_type: { status: 415, advice: "Use one of the supported formats and content types." },
  type_mismatch: { status: 415, advice: "Ask for the type that the file really is." },
  media_unreadable: { status: 415, advice: "Check that the file opens elsewhere; it may be truncated or damaged." },
  range_not_satisfiable: { status: 416, advice: "Ask for a range within the size in Content-Range." },
  validation_failed: { status: 422, advice: "Correct the fields in meta.details." },
  source_not_allowed: { status: 422, advice: "Use a public http or https URL that the server may fetch from." },
  idempotency_key_reused: { status: 422, advice: "Use a new Idempotency-Key for a different request." },
  rate_limited: { status: 429, advice: "Wait for the seconds in Retry-After." },
  internal: { status: 500, advice: "Retry later; report the request id if it happens again." },
  source_unreachable: { status: 502, advice: "Check the host name and that the source is up." },
  source_error: { status: 502, advice: "Check that the source answers 200 with the whole file." },
  unavailable: { status: 503, advice: "Retry after a short wait." },
  source_timeout: { status: 504, advice: "Retry later or use a faster source." },
} as const satisfies Record<string, { status: number; advice: string }>;

/** A stable, machine-readable error code. */
export type ErrorCode = keyof typeof ERRORS;

/** Every code, in the order of the table. */
export const ERROR_CODES: readonly ErrorCode[] = Object.keys(ERRORS).filter(isErrorCode);

/** The contents of `meta.details`; each code has its own shape. */
export type ErrorDetails = Record<string, unknown> | readonly { path: string; message: string }[];

/** True for a string that is one of the codes of {@linkcode ERRORS}. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERRORS, value);
}

/**
 * An error whose sentence is meant for the person who made the request.
 *
 * Any other thrown value is a bug: it is logged and answered as `internal` without its text.
 *
 * @example
 * ```ts
 * throw new AppError("conflict", "Cannot retry an uploaded file: upload it again");
 * ```
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;

  constructor(code: ErrorCode, message: string, details?: ErrorDetails) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /** The HTTP status of the code. */
  get status(): number {
    return ERRORS[this.code].status;
  }
}
