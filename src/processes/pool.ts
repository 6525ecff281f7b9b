import { abortable } from "../core/abortable.ts";
import { createFairSemaphore } from "../core/fair_semaphore.ts";
import { LostWork } from "../core/shortage.ts";
import type { ProcessFailures } from "./failures.ts";
import { type LossKind, LostCall } from "./loss.ts";
import type { SandboxLevel } from "./sandbox/mod.ts";
import { type Call, ProcessStartError, WorkerProcess } from "./worker_process.ts";
import { Workspace } from "./workspace.ts";

/** How a {@linkcode ProcessPool} is made. */
export interface ProcessPoolOptions {
  /** What the processes are called in the log. */
  name: string;
  /** The program of the processes: a module that calls `serveCalls`. */
  script: URL;
  /** How many run at once, at most; each is started when it is first needed. */
  processes: number;
  /** How many calls of one owner run at once (all): fewer than the pool has keeps a place for others. */
  perOwner?: number;
  /** How many calls one process may have at once (1). With more, one that hangs or crashes ends the others' calls too. */
  callsAtOnce?: number;
  /** Processor time that a call may use, unless it says otherwise: what takes more is refused. None with several calls at once. */
  cpuLimitMs?: number;
  /**
   * From the moment when a process has a call until it is killed, unless the call says otherwise. It says nothing about
   * the call, which may have waited for the processor: it becomes `unavailable`.
   */
  timeLimitMs: number;
  /** How often a call is run whose process crashes or is killed (3); 1 for handlers that cannot bear to be run again. */
  tries?: number;
  /** Resident memory at which a process is ended. */
  memoryLimitBytes: number;
  failures: ProcessFailures;
  /** Where files are exchanged with the processes; made when needed, removed with the pool (a temporary directory). */
  directory?: string | undefined;
  /** Names of further variables of the server's environment that the processes see; they see no secret by default. */
  environment?: readonly string[];
  /** Whether the processes may open connections (false). */
  network?: boolean | undefined;
  /** Further files and directories that the processes may read, besides their program and what they are lent. */
  files?: readonly string[] | undefined;
  /** How far they are confined; as far as this machine can, by default. */
  sandbox?: SandboxLevel | undefined;
  /** How long an idle process is kept (1 minute). */
  idleMs?: number;
  /** How long a process may take to start (20 s). */
  startLimitMs?: number;
  /** What an operator should know: processes that ended by themselves, with what they wrote to stderr. */
  onLog?: (message: string, details: Record<string, unknown>) => void;
}

/** What a caller may say about one call. */
export interface CallOptions {
  /** Ends the call within a second; the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Whose call it is: owners take turns. Calls without an owner share one turn. */
  owner?: string | undefined;
  /** Instead of the pool's own. */
  cpuLimitMs?: number;
  /** Instead of the pool's own. */
  timeLimitMs?: number;
  onProgress?: (value: unknown) => void;
}

/** A few processes and a queue before them, in which owners take turns. */
export interface ProcessPool {
  /** The files that calls exchange with the processes. */
  readonly workspace: Workspace;
  /**
   * Has one handler run, and answers what it answers, unchecked. A call whose process crashes or is killed is run
   * again, so a handler must bear that.
   *
   * Rejects with the handler's AppError; with one of the pool's {@linkcode ProcessFailures} for any other error of it,
   * a limit that was met, crashes one after another, and when no process starts or the pool is closed; with
   * {@linkcode LostWork} when its process was killed or did not answer in time.
   */
  call(kind: string, params: unknown, options?: CallOptions): Promise<unknown>;
  /** Kills all processes; calls under way and later ones reject. */
  close(): Promise<void>;
}

/** Tries to start a process for one call, and the pause before the second try of anything, which doubles. */
const START_TRIES = 3;
const START_PAUSE_MS = 200;

/** How often a call is run whose process crashes or is killed. */
const CALL_TRIES = 3;

/** After so many failed starts nobody tries for a while, so that a broken installation is no endless loop. */
const GIVE_UP_MS = 5000;

/** Makes a pool; nothing is started before the first call. */
export function createProcessPool(options: ProcessPoolOptions): ProcessPool {
  const { name, failures, processes, callsAtOnce = 1, cpuLimitMs, timeLimitMs, tries = CALL_TRIES } = options;
  const { idleMs = 60_000, startLimitMs = 20_000, onLog = () => {} } = options;
  const workspace = new Workspace(options.directory);
  const slots = Array.from(
    { length: processes },
    () => new WorkerProcess({ ...options, workspace, idleMs, startLimitMs, onLog }),
  );
  /** A slot is in it as often as it can take a call. */
  const free = slots.flatMap((slot) => Array<WorkerProcess>(callsAtOnce).fill(slot));
  const semaphore = createFairSemaphore(free.length, { atOnce: options.perOwner ?? free.length });
  const closed = new AbortController();
  let downUntil = 0;

  async function call(kind: string, params: unknown, asked: CallOptions = {}): Promise<unknown> {
    const signal = asked.signal ? AbortSignal.any([asked.signal, closed.signal]) : closed.signal;
    using _place = await semaphore.enter(asked.owner ?? "", signal);
    const slot = free.pop();
    if (!slot) throw new Error(`Cannot call the ${name}: there are more places than processes`);
    try {
      return await run(slot, { cpuLimitMs, timeLimitMs, ...asked, kind, params, signal });
    } finally {
      // Before the place is given up, so that the next caller finds it.
      free.push(slot);
    }
  }

  /** Runs a call again while its process crashes or is killed: that need not be the call's fault. */
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
    await workspace[Symbol.asyncDispose]();
  }

  return { workspace, call, close };
}

/** Longer after each try. */
async function pause(attempt: number, signal: AbortSignal | undefined): Promise<void> {
  await abortable(Bun.sleep(START_PAUSE_MS * 2 ** (attempt - 1)), signal);
}

const LOST: Readonly<Record<LossKind, string>> = {
  crashed: "its process ended",
  killed: "its process was killed, perhaps for want of memory",
  late: "its process did not answer in time",
};
