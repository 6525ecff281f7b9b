/**
 * Work in separate processes, with limits of time and memory, no secrets in the environment, and a lower priority than
 * requests.
 *
 * @module
 */
export type { ProcessFailures } from "./failures.ts";
export {
  type CallOptions,
  createProcessPool,
  type PoolSlot,
  type ProcessPool,
  type ProcessPoolOptions,
} from "./pool.ts";
export { type SandboxLevel, sandboxLevel, shieldProcess } from "./sandbox/mod.ts";
export { defineHandler, type Handler, type HandlerContext, serveCalls } from "./serve.ts";
export { shownText } from "./shown_text.ts";
export { type LentFile, OutputError, type OutputFile, Workspace } from "./workspace.ts";
