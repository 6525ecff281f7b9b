import type { AppError, ErrorCode } from "../core/errors.ts";

/** What a caller is told when a process lets it down. The first three are verdicts on what the call was about. */
export interface ProcessFailures {
  /** What a process may report in its own words; with any other code it has failed. */
  readonly codes: readonly ErrorCode[];
  /** The call used up its processor time. */
  overCpu(cpuLimitMs: number): AppError;
  /** The process went over its memory limit, or every process that had the call crashed. */
  ended(why: { readonly overMemory: boolean }): AppError;
  /** The handler threw what is not for people, which is logged. */
  failed(): AppError;
  /** Nothing is known, because `why`: the machine is short of something, or the server is stopping. */
  unavailable(why: string): AppError;
}
