import { AppError, isErrorCode } from "../../errors.ts";
import { unreadable } from "../refusal.ts";
import { type Child, type Ending, startChild } from "./child.ts";
import type { FromChild } from "./protocol.ts";

/** One call of a media process. */
export interface Call {
  kind: string;
  params: unknown;
  timeLimitMs: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((value: unknown) => void) | undefined;
}

/** What a slot needs to know of its pool. */
export interface SlotOptions {
  script: URL;
  memoryLimitBytes: number;
  startLimitMs: number;
  idleMs: number;
  onLog(message: string, details: Record<string, unknown>): void;
}

/** A media process did not come to life. */
export class ProcessStartError extends Error {
  override readonly name = "ProcessStartError";
}

/** From the request to end until it is forced. */
const GRACE_MS = 500;

/** A place for one media process: started when needed, replaced when it ended, ended when it is long idle. */
export class Slot {
  readonly #options: SlotOptions;
  /** The process that the next call goes to; one that is about to end is no longer here. */
  #child: Promise<Child> | null = null;
  #current: Child | null = null;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /** Runs one call; there is never more than one at a time. Its clock starts when the process has the call. */
  async run(call: Call): Promise<unknown> {
    call.signal?.throwIfAborted();
    clearTimeout(this.#idle);
    const child = await orAbort(this.#start(), call.signal);
    try {
      return await this.#perform(child, call);
    } finally {
      this.#idle = setTimeout(() => this.#retire(child), this.#options.idleMs);
      this.#idle.unref();
    }
  }

  /** Ends the process, and resolves when it is gone. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const child = this.#current;
    child?.kill();
    await child?.ended;
  }

  #start(): Promise<Child> {
    if (this.#child) return this.#child;
    const starting = this.#startNew();
    this.#child = starting;
    starting.catch(() => {
      if (this.#child === starting) this.#child = null;
    });
    return starting;
  }

  async #startNew(): Promise<Child> {
    const { script, startLimitMs, onLog } = this.#options;
    const child = this.#spawn();
    this.#current = child;
    const ready = Promise.withResolvers<boolean>();
    const clock = setTimeout(() => child.kill(), startLimitMs);
    child.listen((message) => ready.resolve(message.type === "ready"));
    child.ended.then((ending) => {
      this.#forget(child);
      ready.resolve(false);
      if (ending.signal !== "SIGKILL" || ending.overMemory) onLog("media process ended", { ...ending });
    });
    const started = await ready.promise;
    clearTimeout(clock);
    if (started) return child;
    this.#retire(child);
    throw new ProcessStartError(`${script.pathname} did not start`);
  }

  #spawn(): Child {
    try {
      return startChild(this.#options.script, this.#options);
    } catch (cause) {
      throw new ProcessStartError(`${this.#options.script.pathname} cannot be started`, { cause });
    }
  }

  /** A child that was replaced already has nothing to say about its successor. */
  #forget(child: Child): void {
    if (this.#current !== child) return;
    this.#current = null;
    this.#child = null;
  }

  #retire(child: Child): void {
    this.#forget(child);
    child.kill();
  }

  async #perform(child: Child, call: Call): Promise<unknown> {
    const id = ++this.#lastId;
    const { signal, timeLimitMs, onProgress } = call;
    const answer = Promise.withResolvers<FromChild | Ending>();
    let verdict: AppError | null = null;
    let grace: ReturnType<typeof setTimeout> | undefined;
    const clock = setTimeout(() => {
      verdict = unreadable("file", `it took longer than the ${timeLimitMs / 1000} s that it may take`);
      this.#retire(child);
    }, timeLimitMs);
    const cancel = () => {
      child.send({ type: "cancel", id });
      grace = setTimeout(() => this.#retire(child), GRACE_MS);
    };
    child.listen((message) => {
      if (message.type === "ready" || message.id !== id) return;
      if (message.type === "progress") onProgress?.(message.value);
      else answer.resolve(message);
    });
    child.ended.then(answer.resolve);
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      child.send({ type: "call", id, kind: call.kind, params: call.params });
      if (signal?.aborted) cancel();
      const answered = await answer.promise;
      signal?.throwIfAborted();
      if (verdict) throw verdict;
      return this.#settle(child, { call, answered });
    } finally {
      clearTimeout(clock);
      clearTimeout(grace);
      signal?.removeEventListener("abort", cancel);
    }
  }

  #settle(child: Child, { call, answered }: { call: Call; answered: FromChild | Ending }): unknown {
    if (!("type" in answered)) throw whyItEnded(answered);
    if (answered.type !== "result" && answered.type !== "error") return null;
    // A process that stays large would let the next, innocent file run into the limit.
    if (answered.rssBytes > this.#options.memoryLimitBytes / 2) this.#retire(child);
    if (answered.type === "result") return answered.value;
    if (isErrorCode(answered.code)) throw new AppError(answered.code, answered.message);
    this.#options.onLog("media call failed", { kind: call.kind, message: answered.message });
    throw unreadable("file", "its decoder failed");
  }
}

function whyItEnded({ overMemory }: Ending): AppError {
  return unreadable("file", overMemory ? "it needs more memory than it may use" : "its decoder crashed");
}

/** The promise's outcome, or the signal's reason if that comes first; the promise goes on for the next call. */
async function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
