import { abortable } from "../core/abortable.ts";
import type { AppError } from "../core/errors.ts";
import type { SourceErrorFactory } from "./source_error.ts";

/** The time limits of a download, in milliseconds. */
export interface Deadlines {
  /** Resolving a name, at each hop. */
  readonly resolveMs: number;
  /** TCP and TLS, at each hop, over all addresses. */
  readonly connectMs: number;
  /** The time from the connection to the end of the headers, at each hop, even while bytes arrive, in milliseconds. */
  readonly headersMs: number;
  /** Silence within the body. */
  readonly idleMs: number;
  /** The whole download, from the call to the last byte. */
  readonly totalMs: number;
}

/** A phase of a download with its own time limit. */
export type Phase = "resolve" | "connect" | "headers" | "idle";

const LATE: Record<Phase, (seconds: string) => string> = {
  resolve: (seconds) => `was not resolved within ${seconds}`,
  connect: (seconds) => `did not connect within ${seconds}`,
  headers: (seconds) => `did not answer within ${seconds}`,
  idle: (seconds) => `sent nothing for ${seconds}`,
};

/**
 * The timers of one download, with the caller's signal and the first reason to stop.
 *
 * Node's own timeouts never fire while a connection is made, and a drip of headers resets them; so each phase has a
 * timer here. Destroying a request surfaces as ECONNRESET, so the reason is kept here and wins over every other error.
 */
export class DeadlineTimers {
  readonly #clocks: Deadlines;
  readonly #stop = new AbortController();
  readonly #end = new AbortController();
  readonly #total: ReturnType<typeof setTimeout>;
  #phase: ReturnType<typeof setTimeout> | undefined;

  constructor(
    clocks: Deadlines,
    { sourceError, signal }: { sourceError: SourceErrorFactory; signal?: AbortSignal | undefined },
  ) {
    this.#clocks = clocks;
    const late = tooSlow(clocks.totalMs, sourceError);
    this.#total = setTimeout(() => this.stop(late), clocks.totalMs);
    if (signal?.aborted) this.stop(signal.reason);
    signal?.addEventListener("abort", () => this.stop(signal.reason), { signal: this.#end.signal });
  }

  /** Aborts when the download has to stop; its reason is the error for the caller. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Starts the timer of a phase in place of the running one. */
  enter(phase: Phase, sourceError: SourceErrorFactory): void {
    this.rest();
    if (this.#end.signal.aborted) return;
    const limit = this.#clocks[`${phase}Ms`];
    this.#phase = setTimeout(() => this.stop(sourceError("source_timeout", LATE[phase](seconds(limit)))), limit);
  }

  /** Stops the timer of the phase, so that a slow reader does not count against the source. */
  rest(): void {
    clearTimeout(this.#phase);
  }

  /** Stops the download; the first reason stays. */
  stop(reason: unknown): void {
    this.#stop.abort(reason);
    this.end();
  }

  /** Removes all timers and listeners. */
  end(): void {
    this.rest();
    clearTimeout(this.#total);
    this.#end.abort();
  }

  /** Settles as the promise does, or rejects with the reason to stop if that comes first. */
  race<Value>(promise: Promise<Value>): Promise<Value> {
    return abortable(promise, this.signal);
  }
}

/** Returns the error of a download whose total time is too long. */
export function tooSlow(totalMs: number, sourceError: SourceErrorFactory): AppError {
  return sourceError("source_timeout", `was not complete within ${seconds(totalMs)}`);
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
