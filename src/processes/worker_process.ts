import { abortable } from "../core/abortable.ts";
import { AppError, isErrorCode } from "../core/errors.ts";
import { LostWork } from "../core/shortage.ts";
import { type Child, type Ending, startChild } from "./child.ts";
import type { ProcessFailures } from "./failures.ts";
import { LostCall, lossOf } from "./loss.ts";
import type { FromChild } from "./protocol.ts";
import type { SandboxLevel } from "./sandbox/mod.ts";
import { shownText } from "./shown_text.ts";
import type { Workspace } from "./workspace.ts";

/** One call of a process. */
export interface Call {
  kind: string;
  params: unknown;
  /** Processor time in milliseconds; none for a process with several calls at once. */
  cpuLimitMs?: number | undefined;
  /** Time by the clock, in milliseconds. */
  timeLimitMs: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((value: unknown) => void) | undefined;
}

/** Dependencies of a slot, from its pool. */
export interface WorkerProcessOptions {
  name: string;
  script: URL;
  failures: ProcessFailures;
  memoryLimitBytes: number;
  environment?: readonly string[];
  /** The files of this process alone. */
  workspace: Workspace;
  network?: boolean | undefined;
  files?: readonly string[] | undefined;
  sandbox?: SandboxLevel | undefined;
  startLimitMs: number;
  idleMs: number;
  onLog(message: string, details: Record<string, unknown>): void;
}

/** The failure of a process to start. */
export class ProcessStartError extends Error {
  override readonly name = "ProcessStartError";
}

/** The time from the request to end until the process is killed, in milliseconds. */
const GRACE_MS = 500;

/** A process and the pending answers to its calls, by their ids. */
interface Running {
  readonly child: Child;
  readonly calls: Map<number, (message: FromChild) => void>;
  /** True for a process that gets no more calls, and ends after its present ones. */
  isRetired: boolean;
  /** True when the server ended it. */
  wasEnded: boolean;
}

/** A slot for one process: started when needed, replaced when it ended, ended when it is idle for long. */
export class WorkerProcess {
  readonly #options: WorkerProcessOptions;
  /** The process of the next call; null when the last one is about to end. */
  #running: Promise<Running> | null = null;
  /** All live processes, with those that are about to end. */
  readonly #alive = new Set<Running>();
  #current: Running | null = null;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
  }

  get workspace(): Workspace {
    return this.#options.workspace;
  }

  /**
   * Runs one call, in parallel with the others of the pool's choice. Its clock starts when the process has the call.
   */
  async run(call: Call): Promise<unknown> {
    call.signal?.throwIfAborted();
    const running = await abortable(this.#start(), call.signal);
    clearTimeout(this.#idle);
    const id = ++this.#lastId;
    try {
      return await this.#perform(running, { ...call, id });
    } finally {
      running.calls.delete(id);
      this.#rest(running);
    }
  }

  /** Ends the process, and resolves when it is gone with its files. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const ends = [...this.#alive].map((running) => {
      this.#end(running);
      return running.child.ended;
    });
    await Promise.all(ends);
    await this.workspace[Symbol.asyncDispose]();
  }

  #start(): Promise<Running> {
    if (this.#running) return this.#running;
    const starting = this.#startNew();
    this.#running = starting;
    starting.catch(() => {
      if (this.#running === starting) this.#running = null;
    });
    return starting;
  }

  async #startNew(): Promise<Running> {
    const { name, script, startLimitMs, onLog } = this.#options;
    const child = this.#spawn();
    const running: Running = { child, calls: new Map(), isRetired: false, wasEnded: false };
    this.#alive.add(running);
    this.#current = running;
    const ready = Promise.withResolvers<boolean>();
    const clock = setTimeout(() => this.#end(running), startLimitMs);
    child.listen((message) => {
      if (message.type === "ready") ready.resolve(true);
      else running.calls.get(message.id)?.(message);
    });
    child.ended.then((ending) => {
      this.#alive.delete(running);
      this.#forget(running);
      ready.resolve(false);
      if (!running.wasEnded) onLog(`${name} ended`, { ...ending });
    });
    const started = await ready.promise;
    clearTimeout(clock);
    if (started) {
      // The caller may have left in the meantime.
      this.#rest(running);
      return running;
    }
    this.#end(running);
    throw new ProcessStartError(`${script.pathname} did not start`);
  }

  #spawn(): Child {
    try {
      return startChild(this.#options.script, this.#options);
    } catch (cause) {
      throw new ProcessStartError(`${this.#options.script.pathname} cannot be started`, { cause });
    }
  }

  /** Sends the next call to a new process. */
  #forget(running: Running): void {
    running.isRetired = true;
    if (this.#current !== running) return;
    this.#current = null;
    this.#running = null;
  }

  #end(running: Running): void {
    this.#forget(running);
    running.wasEnded = true;
    running.child.kill();
  }

  /** Decides about a process after one of its calls: keep it, retire it or end it. */
  #rest(running: Running): void {
    if (running.calls.size > 0) return;
    if (running.isRetired) {
      this.#end(running);
      return;
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#end(running), this.#options.idleMs);
    this.#idle.unref();
  }

  async #perform(running: Running, call: Call & { id: number }): Promise<unknown> {
    const { id, kind, params, signal, cpuLimitMs, timeLimitMs, onProgress } = call;
    const { child, calls } = running;
    const answer = Promise.withResolvers<FromChild | Ending>();
    let isLate = false;
    let grace: ReturnType<typeof setTimeout> | undefined;
    const clock = setTimeout(() => {
      isLate = true;
      this.#options.onLog(`${this.#options.name} did not answer in time`, { kind, timeLimitMs });
      this.#end(running);
    }, timeLimitMs);
    const cancel = () => {
      child.send({ type: "cancel", id });
      grace = setTimeout(() => {
        // Other calls may depend on it; if it hangs, their time limits end it.
        if (calls.size > 1) answer.reject(signal?.reason);
        else this.#end(running);
      }, GRACE_MS);
    };
    calls.set(id, (message) => {
      if (message.type === "progress") onProgress?.(message.value);
      else answer.resolve(message);
    });
    child.ended.then(answer.resolve);
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      child.send({ type: "call", id, kind, params, ...(cpuLimitMs !== undefined && { cpuLimitMs }) });
      if (signal?.aborted) cancel();
      const answered = await answer.promise;
      signal?.throwIfAborted();
      if (isLate) throw new LostCall("late");
      return this.#settle(running, { call, answered });
    } finally {
      clearTimeout(clock);
      clearTimeout(grace);
      signal?.removeEventListener("abort", cancel);
    }
  }

  #settle(running: Running, { call, answered }: { call: Call; answered: FromChild | Ending }): unknown {
    const { failures, memoryLimitBytes, onLog, name } = this.#options;
    const { kind, cpuLimitMs = 0 } = call;
    if (!("type" in answered)) {
      if (answered.overMemory) throw failures.ended(answered);
      if (answered.overCpu) throw failures.overCpu(cpuLimitMs);
      throw new LostCall(lossOf(answered));
    }
    if (answered.type !== "result" && answered.type !== "error") return null;
    // A process that stays large would let the next, innocent call run into the limit.
    if (answered.rssBytes > memoryLimitBytes / 2) this.#forget(running);
    if (answered.type === "result") return answered.value;
    const message = shownText(answered.message);
    if (isErrorCode(answered.code) && failures.codes.includes(answered.code)) {
      // The machine was short of a resource, or the process reported so.
      throw answered.code === "unavailable" ? new LostWork(message) : new AppError(answered.code, message);
    }
    onLog(`${name} failed in a call`, { kind, message });
    throw failures.failed();
  }
}
