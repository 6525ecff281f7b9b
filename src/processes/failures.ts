import type { AppError, ErrorCode } from "../errors.ts";

/** What a caller is told when a process lets it down. */
export interface ProcessFailures {
  /** What a process may report in its own words; with any other code it has failed. */
  readonly codes: readonly ErrorCode[];
  /** The process was killed, because this call took longer than it may. */
  late(timeLimitMs: number): AppError;
  /** The process ended in the middle of the call: a crash, a lie, its memory limit, or the lateness of another call. */
  ended(why: { readonly overMemory: boolean }): AppError;
  /** The handler threw what is not for people, which is logged. */
  failed(): AppError;
  /** No process is to be had, because `why`, e.g. "the server is stopping". */
  unavailable(why: string): AppError;
}
