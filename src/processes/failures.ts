import type { AppError, ErrorCode } from "../core/errors.ts";

/** The errors of a pool's calls. The first three are verdicts on the input of the call. */
export interface ProcessFailures {
  /** Codes that a process may report itself; any other code counts as a failure. */
  readonly codes: readonly ErrorCode[];
  /** The call used up its processor time. */
  overCpu(cpuLimitMs: number): AppError;
  /** The process went over its memory limit, or every process that had the call crashed. */
  ended(why: { readonly overMemory: boolean }): AppError;
  /** The handler threw an unexpected error, which is logged and not shown. */
  failed(): AppError;
  /** There is no result, because of `why`: the machine is short of a resource, or the server is stopping. */
  unavailable(why: string): AppError;
}
