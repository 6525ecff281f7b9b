import { namesShortage } from "../core/shortage.ts";
import type { Ending } from "./child.ts";

/**
 * The reason why a call has no answer: its process `crashed`; it was `killed`, by the system or by a person; or the
 * call was `late`, and the server ended the process, although it had processor time left.
 */
export type LossKind = "crashed" | "killed" | "late";

/** The loss of a call with its process. The input of the call need not be the reason. */
export class LostCall extends Error {
  override readonly name = "LostCall";
  readonly kind: LossKind;

  constructor(kind: LossKind) {
    super(`The process of the call: ${kind}`);
    this.kind = kind;
  }
}

/** Signals that a program does not send to itself by mistake. */
const FROM_OUTSIDE = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]);

/** A launcher exits with 128 and the number of the signal that ended its program: SIGKILL, SIGTERM. */
const EXITS_FROM_OUTSIDE = new Set([128 + 9, 128 + 15]);

/** Distinguishes a crash of the program from an end that came from outside, above all from a kernel without memory. */
export function lossOf({ signal, exitCode, offProtocol, stderr }: Ending): LossKind {
  if (offProtocol) return "crashed";
  if (signal === null ? EXITS_FROM_OUTSIDE.has(exitCode ?? 0) : FROM_OUTSIDE.has(signal)) return "killed";
  return namesShortage(stderr) ? "killed" : "crashed";
}
