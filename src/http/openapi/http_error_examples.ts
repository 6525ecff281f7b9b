import { Type } from "@sinclair/typebox";
import { AppError, type ErrorCode } from "../../core/errors.ts";
import { notFound } from "../../core/not_found.ts";
import { rangeNotSatisfiable } from "../bytes/serve_bytes.ts";
import { BODY_PACE, tooSlow } from "../request/body_pace.ts";
import { createHostGuard } from "../request/host_guard.ts";
import { assertPreconditions } from "../request/preconditions.ts";
import { assertJson, MAX_JSON_BYTES, malformed, tooLarge } from "../request/read_json.ts";
import { assertDecodable, MethodNotAllowed } from "../request/request_guard.ts";
import { requestTarget } from "../request/request_target.ts";
import { validator } from "../request/validate.ts";
import { answerOf } from "../response/error_response.ts";

/** One error of each code, created by the code that throws it. */
export type ErrorExamples = Readonly<Record<ErrorCode, AppError>>;

/** Creates one error of each code that HTTP itself throws. */
export function httpErrorExamples() {
  return {
    malformed_json: malformed("it is not valid JSON"),
    bad_request: thrownBy(() => assertDecodable("path", "%ff")),
    forbidden: thrownBy(() => {
      const url = "http://ads.example/";
      const target = requestTarget(url);
      if (target) createHostGuard({ publicUrl: null, allowedOrigins: [] })(new Request(url), target);
    }),
    not_found: notFound("asset"),
    method_not_allowed: new MethodNotAllowed("PATCH", ["POST"]),
    precondition_failed: thrownBy(() => {
      const headers = { "if-match": '"2"' };
      assertPreconditions(new Request("http://localhost/", { method: "PATCH", headers }), '"3"');
    }),
    body_too_large: tooLarge(MAX_JSON_BYTES),
    request_timeout: tooSlow("body", BODY_PACE),
    unsupported_media_type: thrownBy(() => assertJson(new Headers())),
    range_not_satisfiable: rangeNotSatisfiable(5120),
    validation_failed: thrownBy(() => validator(Type.Object({ name: Type.String() }))({ name: 5 })),
    internal: answerOf({ code: "UNKNOWN", error: new Error("a bug") }),
    unavailable: answerOf({ code: "UNKNOWN", error: Object.assign(new Error("no space"), { code: "ENOSPC" }) }),
  } as const satisfies Partial<ErrorExamples>;
}

/** Returns the error that a check throws. */
export function thrownBy(check: () => unknown): AppError {
  try {
    check();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("The check threw nothing");
}
