import { type Static, Type } from "@sinclair/typebox";

/**
 * The messages between the server and its worker processes, as JSON over the IPC channel.
 *
 * A call is answered by any number of `progress` messages and then by one `result` or `error`. The server checks every
 * message, because a hostile file may have taken over the process.
 */
export const FromChild = Type.Union([
  Type.Object({ type: Type.Literal("ready") }),
  Type.Object({ type: Type.Literal("progress"), id: Type.Integer(), value: Type.Unknown() }),
  Type.Object({ type: Type.Literal("result"), id: Type.Integer(), value: Type.Unknown(), rssBytes: Type.Number() }),
  Type.Object({
    type: Type.Literal("error"),
    id: Type.Integer(),
    code: Type.Union([Type.String(), Type.Null()], { description: "of an AppError; null for any other error" }),
    message: Type.String(),
    rssBytes: Type.Number(),
  }),
]);

/** @see {@linkcode FromChild} */
export type FromChild = Static<typeof FromChild>;

/** A message from the server: a call by its kind, or its cancellation. */
export const FromParent = Type.Union([
  Type.Object({
    type: Type.Literal("call"),
    id: Type.Integer(),
    kind: Type.String(),
    params: Type.Unknown(),
    cpuLimitMs: Type.Optional(
      Type.Number({ description: "of processor time, for a call that has the process to itself" }),
    ),
  }),
  Type.Object({ type: Type.Literal("cancel"), id: Type.Integer() }),
]);

/** @see {@linkcode FromParent} */
export type FromParent = Static<typeof FromParent>;

/** The variable with the memory limit of a process, in bytes. */
export const MEMORY_LIMIT_VARIABLE = "PROCESS_MEMORY_LIMIT_BYTES";

/** The line that a process writes to stderr before it exits over its memory limit. */
export const OVER_MEMORY = "process: over its memory limit";

/** The line that a process writes to stderr before it exits because a call has used up its processor time. */
export const OVER_CPU = "process: over its processor time";
