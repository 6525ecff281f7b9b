import { AppError } from "../core/errors.ts";
import { shortageOf } from "../core/shortage.ts";
import type { SourceErrorFactory } from "./source_error.ts";

/** The progress of a request. */
export type Stage = "connecting" | "securing" | "answering";

const BROKEN: Record<Stage, string> = {
  connecting: "does not accept the connection",
  securing: "offers no valid TLS connection",
  answering: "broke off the connection",
};

/** Classifies a failed request. The message omits addresses and ports, which Node's own message has. */
export function classifyError(
  error: Error,
  { stage, sourceError }: { stage: Stage; sourceError: SourceErrorFactory },
): AppError {
  const short = shortageOf(error);
  if (short !== undefined) return new AppError("unavailable", `Cannot fetch the file: ${short}`);
  const code = "code" in error ? String(error.code) : "";
  if (code === "HPE_HEADER_OVERFLOW") return sourceError("source_error", "sends too many headers");
  if (code.startsWith("HPE_")) return sourceError("source_error", "does not answer in valid HTTP");
  return sourceError("source_unreachable", BROKEN[stage]);
}
