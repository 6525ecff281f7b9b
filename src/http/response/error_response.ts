import { AppError } from "../../core/errors.ts";
import { asUnavailable } from "../../core/shortage.ts";
import { validationError } from "../../core/validation_errors.ts";
import { HttpError } from "./http_error.ts";

/** Seconds to wait before a server that is busy or short of something is asked again. */
export const RETRY_SECONDS = "5";

/** What the framework hands over of an error: its own code, and for a validation the findings. */
export interface Thrown {
  readonly code: string | number;
  readonly error: unknown;
}

/**
 * Turns whatever was thrown into an error that a user may see. What is not an {@linkcode AppError} is a bug: it becomes
 * `internal` without its text.
 */
export function answerOf({ code, error }: Thrown): AppError {
  if (error instanceof AppError) return error;
  if (code === "VALIDATION") return validationError(error);
  if (code === "NOT_FOUND") return new AppError("not_found", "Cannot find this path: the API has no such endpoint");
  if (code === "PARSE") {
    // The framework wraps what a body's parser threw.
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof AppError) return cause;
    return new AppError("malformed_json", "Cannot read the body: it is not valid JSON");
  }
  if (code === "INVALID_COOKIE_SIGNATURE") return new AppError("bad_request", "Cannot read the cookies");
  const short = asUnavailable(error, "answer now");
  if (short instanceof AppError) return short;
  return new AppError("internal", "Cannot answer: something went wrong here");
}

/** The headers that an error's answer must have: those of its own, and when to come back where that may help. */
export function headersOf(error: AppError): Record<string, string> {
  const passes = error.status === 429 || error.status === 503;
  return {
    ...(passes ? { "retry-after": RETRY_SECONDS } : {}),
    ...(error instanceof HttpError ? error.headers : {}),
  };
}
