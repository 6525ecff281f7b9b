/** Errors that pass by themselves say when to repeat the request. */
import { expect, test } from "bun:test";
import { AppError, ERROR_CODES, ERRORS } from "../../src/core/errors.ts";
import { headersOf } from "../../src/http/response/error_response.ts";

test.each(ERROR_CODES.map((code) => [code, ERRORS[code].status] as const))(
  "the error %s (%d): has Retry-After if repeating the request may help",
  (code, status) => {
    const headers = headersOf(new AppError(code, "Cannot answer"));
    expect(Object.keys(headers)).toEqual(status === 429 || status === 503 ? ["retry-after"] : []);
  },
);
