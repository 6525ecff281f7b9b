import { type Static, Type } from "@sinclair/typebox";

/**
 * What the server and a process of its own say to each other, as JSON over the IPC channel.
 *
 * A call is answered by any number of `progress` and then by one `result` or `error`. The server checks every message:
 * a process that has been taken over by a hostile file can lie, but it cannot say what is not in this file.
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

/** What the server asks: a call by its kind, or an end to it. */
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

/** The variable that tells a process its memory limit, in bytes. */
export const MEMORY_LIMIT_VARIABLE = "PROCESS_MEMORY_LIMIT_BYTES";

/** What a process writes to stderr before it ends itself over its memory limit. */
export const OVER_MEMORY = "process: over its memory limit";

/** What a process writes to stderr before it ends itself, because a call has used up its processor time. */
export const OVER_CPU = "process: over its processor time";
