import { AppError } from "../../core/errors.ts";
import { asUnavailable } from "../../core/shortage.ts";
import { validationError } from "../../core/validation_errors.ts";
import { HttpError } from "./http_error.ts";

/** Seconds to wait before repeating a request to a server that is busy or short of a resource. */
export const RETRY_SECONDS = "5";

/** An error as the framework reports it, with the framework's own code. */
export interface Thrown {
  readonly code: string | number;
  readonly error: unknown;
}

/**
 * Turns a thrown value into an error that a user may see. Anything but an {@linkcode AppError} or a shortage is a bug:
 * it becomes `internal` without its text.
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

/** Returns the headers of an error's response: its own, and `Retry-After` where repeating the request may help. */
export function headersOf(error: AppError): Record<string, string> {
  const passes = error.status === 429 || error.status === 503;
  return {
    ...(passes ? { "retry-after": RETRY_SECONDS } : {}),
    ...(error instanceof HttpError ? error.headers : {}),
  };
}
