import { readdirSync } from "node:fs";
import { setPriority } from "node:os";
import type { Static, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { AppError } from "../core/errors.ts";
import { asUnavailable } from "../core/shortage.ts";
import { type FromChild, FromParent, MEMORY_LIMIT_VARIABLE } from "./protocol.ts";
import { confineCalls } from "./sandbox/mod.ts";
import type { WatchdogOrder } from "./watchdog.ts";

/** The context of a running handler. */
export interface HandlerContext {
  /** Aborts when the caller no longer waits for the answer; the handler then has half a second to end. */
  signal: AbortSignal;
  /** Reports progress to the caller, as any JSON value. */
  progress(value: unknown): void;
}

/** One kind of call: the schema of its parameters, and its function. */
export interface Handler {
  run(params: unknown, context: HandlerContext): Promise<unknown>;
}

/** Declares a handler by the schema of its parameters; throws for other parameters, which are a bug. */
export function defineHandler<T extends TSchema>(
  params: T,
  run: (params: Static<T>, context: HandlerContext) => Promise<unknown>,
): Handler {
  return { run: (value, context) => run(Value.Decode(params, value), context) };
}

/**
 * Runs the main loop of a worker process: answers calls by a table of handlers, one at a time or several, until the
 * server exits.
 *
 * The process yields the processor to the server, and a second thread watches its memory and the server's life, so that
 * a process that hangs cannot outlive either.
 */
export function serveCalls(handlers: Readonly<Record<string, Handler>>): void {
  const running = new Map<number, AbortController>();
  const watchdog = new Worker(new URL("./watchdog.ts", import.meta.url).href);
  const order = (message: WatchdogOrder) => watchdog.postMessage(message);
  giveWay();
  process.on("disconnect", () => process.exit(0));
  process.on("message", (message: unknown) => {
    const asked = Value.Decode(FromParent, message);
    if (asked.type === "cancel") return running.get(asked.id)?.abort();
    const controller = new AbortController();
    running.set(asked.id, controller);
    const { signal } = controller;
    const progress = (value: unknown) => send({ type: "progress", id: asked.id, value });
    const { cpuLimitMs } = asked;
    if (cpuLimitMs !== undefined) order({ cpuUntilMs: cpuMs() + cpuLimitMs });
    perform(handlers, { ...asked, context: { signal, progress } }).then((answer) => {
      running.delete(asked.id);
      if (cpuLimitMs !== undefined) order({ cpuUntilMs: null });
      send(answer);
    });
  });
  const memoryLimitBytes = Number(process.env[MEMORY_LIMIT_VARIABLE]);
  watchdog.addEventListener(
    "message",
    () => {
      confineCalls({ memoryLimitBytes });
      send({ type: "ready" });
    },
    { once: true },
  );
  order({ parent: process.ppid, memoryLimitBytes });
}

/** Returns the processor time that the process has used so far, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A lower priority than that of requests: a tenth of the processor where both want all of it. */
const NICENESS = 10;

/**
 * Lowers the priority of all threads. Linux counts it per thread, and the runtime has already started a few, which
 * would write and decode at full priority.
 */
function giveWay(): void {
  for (const thread of threadsOf(process.pid)) {
    try {
      setPriority(thread, NICENESS);
    } catch {
      // The thread has just ended.
    }
  }
}

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}

interface IncomingCall {
  id: number;
  kind: string;
  params: unknown;
  context: HandlerContext;
}

async function perform(handlers: Readonly<Record<string, Handler>>, asked: IncomingCall): Promise<FromChild> {
  const { id, kind } = asked;
  try {
    const handler = Object.hasOwn(handlers, kind) ? handlers[kind] : undefined;
    if (!handler) throw new Error(`no handler for '${kind}'`);
    const value = (await handler.run(asked.params, asked.context)) ?? null;
    return { type: "result", id, value, rssBytes: process.memoryUsage.rss() };
  } catch (thrown) {
    // A shortage of the machine is no verdict on the file.
    const error = asUnavailable(thrown, "do the work");
    const code = error instanceof AppError ? error.code : null;
    const message = error instanceof Error ? error.message : String(error);
    return { type: "error", id, code, message, rssBytes: process.memoryUsage.rss() };
  }
}

function send(message: FromChild): void {
  process.send?.(message);
}
