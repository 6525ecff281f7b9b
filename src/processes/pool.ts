import { rm } from "node:fs/promises";
import { join } from "node:path";
import { abortable } from "../core/abortable.ts";
import { createFairSemaphore } from "../core/fair_semaphore.ts";
import { LostWork } from "../core/shortage.ts";
import type { ProcessFailures } from "./failures.ts";
import { type LossKind, LostCall } from "./loss.ts";
import type { SandboxLevel } from "./sandbox/mod.ts";
import { type Call, ProcessStartError, WorkerProcess } from "./worker_process.ts";
import { Workspace } from "./workspace.ts";

/** Options of a {@linkcode ProcessPool}. */
export interface ProcessPoolOptions {
  /** The name of the processes in the log. */
  name: string;
  /** The program of the processes: a module that calls `serveCalls`. */
  script: URL;
  /** The most processes at once; each is started when it is first needed. */
  processes: number;
  /** The most calls of one owner at once (all). A number below the pool's size keeps room for other owners. */
  perOwner?: number;
  /** The most calls of one process at once (1). With more, one that hangs or crashes ends the others' calls too. */
  callsAtOnce?: number;
  /**
   * Processor time of a call, in milliseconds, unless the call sets its own; a call that takes more is rejected. None
   * with several calls at once.
   */
  cpuLimitMs?: number;
  /**
   * The time from the start of a call until its process is killed, in milliseconds, unless the call sets its own. It is
   * no verdict on the call, which may have waited for the processor: the call becomes `unavailable`.
   */
  timeLimitMs: number;
  /** The most runs of a call whose process crashes or is killed (3); 1 for handlers that must not run twice. */
  tries?: number;
  /** Resident memory at which a process is ended, in bytes. */
  memoryLimitBytes: number;
  failures: ProcessFailures;
  /**
   * The directory for exchanging files with the processes; created when needed, removed with the pool (a temporary
   * directory for each process).
   */
  directory?: string | undefined;
  /** Names of further variables of the server's environment that the processes see; by default they see no secret. */
  environment?: readonly string[];
  /** True allows network connections (false by default). */
  network?: boolean | undefined;
  /** Further files and directories that the processes may read, in addition to their program and the lent files. */
  files?: readonly string[] | undefined;
  /** The level of confinement; by default the strongest one that works on this machine. */
  sandbox?: SandboxLevel | undefined;
  /** The time until an idle process is ended, in milliseconds (1 minute). */
  idleMs?: number;
  /** The time that a process may take to start, in milliseconds (1 minute: a busy machine takes a while). */
  startLimitMs?: number;
  /** Reports events for operators: processes that ended unexpectedly, with their output on stderr. */
  onLog?: (message: string, details: Record<string, unknown>) => void;
}

/** Options of one call. */
export interface CallOptions {
  /** Ends the call within a second; the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** The owner of the call, for fair scheduling. Calls without an owner count as one owner. */
  owner?: string | undefined;
  /** Overrides the limit of the pool. */
  cpuLimitMs?: number;
  /** Overrides the limit of the pool. */
  timeLimitMs?: number;
  onProgress?: (value: unknown) => void;
}

/** A place of one caller in a pool, until it is disposed of. */
export interface PoolSlot extends Disposable {
  /** The files that calls exchange with the process of this place. No other process of the pool can open them. */
  readonly workspace: Workspace;
  /**
   * Runs one handler, and returns its result unchecked. A call whose process crashes or is killed is run again, so a
   * handler must be safe to repeat.
   *
   * Rejects with the handler's AppError; with one of the pool's {@linkcode ProcessFailures} for any other error of it,
   * an exceeded limit, repeated crashes, and when no process starts or the pool is closed; with {@linkcode LostWork}
   * when its process was killed or did not answer in time.
   */
  call(kind: string, params: unknown, options?: Omit<CallOptions, "owner" | "signal">): Promise<unknown>;
}

/** A few processes behind a queue that is fair between owners. */
export interface ProcessPool {
  /** Waits for a place. Its calls end with the signal. */
  enter(options?: Pick<CallOptions, "owner" | "signal">): Promise<PoolSlot>;
  /** Runs one handler that needs no files, as {@linkcode PoolSlot.call}. */
  call(kind: string, params: unknown, options?: CallOptions): Promise<unknown>;
  /** Kills all processes; calls under way and later ones reject. */
  close(): Promise<void>;
}

/** The most attempts to start a process for one call, and the pause before the second attempt, which doubles. */
const START_TRIES = 3;
const START_PAUSE_MS = 200;

/** The most runs of a call whose process crashes or is killed. */
const CALL_TRIES = 3;

/** The pause after that many failed starts, so that a broken installation causes no endless loop. */
const GIVE_UP_MS = 5000;

/** Creates a pool; no process starts before the first call. */
export function createProcessPool(options: ProcessPoolOptions): ProcessPool {
  const { name, failures, processes, callsAtOnce = 1, cpuLimitMs, timeLimitMs, tries = CALL_TRIES } = options;
  const { idleMs = 60_000, startLimitMs = 60_000, onLog = () => {} } = options;
  const { directory } = options;
  const slots = Array.from({ length: processes }, (_, index) => {
    const workspace = new Workspace(directory && join(directory, String(index)));
    return new WorkerProcess({ ...options, workspace, idleMs, startLimitMs, onLog });
  });
  /** Contains a slot once for each call that it can still take. */
  const free = slots.flatMap((slot) => Array<WorkerProcess>(callsAtOnce).fill(slot));
  const semaphore = createFairSemaphore(free.length, { atOnce: options.perOwner ?? free.length });
  const closed = new AbortController();
  let downUntil = 0;

  async function enter({ owner = "", signal: asked }: Pick<CallOptions, "owner" | "signal"> = {}): Promise<PoolSlot> {
    const signal = asked ? AbortSignal.any([asked, closed.signal]) : closed.signal;
    const place = await semaphore.enter(owner, signal);
    const slot = free.pop();
    if (!slot) throw new Error(`Cannot call the ${name}: there are more places than processes`);
    return {
      workspace: slot.workspace,
      call: (kind, params, limits) => run(slot, { cpuLimitMs, timeLimitMs, ...limits, kind, params, signal }),
      [Symbol.dispose]() {
        // Before the place is free, so that the next caller finds it.
        free.push(slot);
        place[Symbol.dispose]();
      },
    };
  }

  async function call(kind: string, params: unknown, { owner, signal, ...limits }: CallOptions = {}): Promise<unknown> {
    using place = await enter({ owner, signal });
    return await place.call(kind, params, limits);
  }

  /** Runs a call again while its process crashes or is killed, which need not be the fault of the call. */
  async function run(slot: WorkerProcess, asked: Call): Promise<unknown> {
    for (let attempt = 1, crashes = 0; ; attempt += 1) {
      try {
        return await runOnce(slot, asked);
      } catch (error) {
        if (!(error instanceof LostCall)) throw error;
        if (error.kind === "crashed") crashes += 1;
        if (crashes === tries) throw failures.ended({ overMemory: false });
        if (error.kind === "late" || attempt === tries) {
          throw new LostWork(failures.unavailable(LOST[error.kind]).message);
        }
        await pause(attempt, asked.signal);
      }
    }
  }

  async function runOnce(slot: WorkerProcess, asked: Call): Promise<unknown> {
    for (let attempt = 1; performance.now() >= downUntil; attempt += 1) {
      try {
        return await slot.run(asked);
      } catch (error) {
        if (!(error instanceof ProcessStartError)) throw error;
        onLog(`${name} did not start`, { attempt, cause: error.cause });
        if (attempt === START_TRIES) downUntil = performance.now() + GIVE_UP_MS;
        else await pause(attempt, asked.signal);
      }
    }
    throw failures.unavailable(`the ${name} does not start`);
  }

  async function close(): Promise<void> {
    closed.abort(failures.unavailable("the server is stopping"));
    await Promise.all(slots.map((slot) => slot.close()));
    if (directory !== undefined) await rm(directory, { force: true, recursive: true });
  }

  return { enter, call, close };
}

/** Waits before the next attempt; longer after each one. */
async function pause(attempt: number, signal: AbortSignal | undefined): Promise<void> {
  await abortable(Bun.sleep(START_PAUSE_MS * 2 ** (attempt - 1)), signal);
}

const LOST: Readonly<Record<LossKind, string>> = {
  crashed: "its process ended",
  killed: "its process was killed, perhaps for want of memory",
  late: "its process did not answer in time",
};
