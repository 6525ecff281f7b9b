import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Value } from "@sinclair/typebox/value";
import { FromChild, type FromParent, MEMORY_LIMIT_VARIABLE, OVER_CPU, OVER_MEMORY } from "./protocol.ts";
import { confinedCommand, type SandboxLevel, sandboxLevel } from "./sandbox/mod.ts";
import type { Workspace } from "./workspace.ts";

/** The end of a process; `stderr` is the last part of its output there. */
export interface Ending {
  exitCode: number | null;
  signal: string | null;
  overMemory: boolean;
  overCpu: boolean;
  /** True when the process was ended because it sent a message outside of the protocol. */
  offProtocol: boolean;
  stderr: string;
}

/** A running process, seen from the server. */
export interface Child {
  send(message: FromParent): void;
  /** Ends the process at once; nothing of it still runs when `ended` resolves. */
  kill(): void;
  /** Receives the messages; a message outside of the protocol ends the process. */
  listen(onMessage: (message: FromChild) => void): void;
  readonly ended: Promise<Ending>;
}

/** The variables of the server's environment that a child sees; none holds a secret. */
const PASSED_ON = ["PATH", "TMPDIR", "LANG", "TZ"];

const STDERR_KEPT = 2000;

/** Options of a child process. */
export interface ChildOptions {
  readonly memoryLimitBytes: number;
  readonly workspace: Workspace;
  /** True allows network connections (false by default). */
  readonly network?: boolean | undefined;
  /** Further files and directories that it may read. */
  readonly files?: readonly string[] | undefined;
  /** The level of confinement; by default the strongest one that works on this machine. */
  readonly sandbox?: SandboxLevel | undefined;
  /** Names of further variables of the server's environment that it sees. */
  readonly environment?: readonly string[] | undefined;
}

/** Starts `script`, a module that calls `serveCalls`; the child sends `ready` when it can be called. */
export function startChild(script: URL, options: ChildOptions): Child {
  const { memoryLimitBytes, environment = [], workspace, network = false, files, sandbox = sandboxLevel() } = options;
  const path = fileURLToPath(script);
  const confined = confinedCommand(path, sandbox, {
    network,
    readable: [workspace.readable],
    writable: [workspace.writable],
    files,
  });
  let listener: (message: FromChild) => void = () => {};
  const isFewEnough = messageMeter();
  let offProtocol = false;
  const process_ = Bun.spawn([...confined.command], {
    // Its own folder, so that no .env or bunfig.toml of the server's working directory is read.
    cwd: dirname(path),
    env: {
      ...passedOn([...PASSED_ON, ...environment]),
      ...confined.environment,
      [MEMORY_LIMIT_VARIABLE]: String(memoryLimitBytes),
    },
    stdio: ["ignore", "ignore", "pipe"],
    serialization: "json",
    ipc(message) {
      if (isFewEnough() && Value.Check(FromChild, message)) return listener(message);
      // Later messages are ignored too.
      listener = () => {};
      offProtocol = true;
      process_.kill("SIGKILL");
    },
  });
  const stderr = readTail(process_.stderr);
  return {
    send(message) {
      try {
        process_.send(message);
      } catch {
        // The process has just ended; `ended` reports it.
      }
    },
    kill: () => process_.kill("SIGKILL"),
    listen: (onMessage) => {
      listener = onMessage;
    },
    ended: process_.exited.then(async () => ({ ...ending(process_, await stderr), offProtocol })),
  };
}

/** Twenty times the rate of the busiest render; more would keep the server from its requests. */
const MESSAGES_A_SECOND = 2000;

/** Counts a message, and returns true while the process stays within its limit for a second. */
function messageMeter(): () => boolean {
  let [second, heard] = [0, 0];
  return () => {
    const now = Math.floor(performance.now() / 1000);
    heard = now === second ? heard + 1 : 1;
    second = now;
    return heard <= MESSAGES_A_SECOND;
  };
}

function ending(
  ended: { exitCode: number | null; signalCode: string | number | null },
  stderr: string,
): Omit<Ending, "offProtocol"> {
  return {
    exitCode: ended.exitCode,
    signal: ended.signalCode === null ? null : String(ended.signalCode),
    overMemory: stderr.includes(OVER_MEMORY),
    overCpu: stderr.includes(OVER_CPU),
    stderr: stderr.slice(-STDERR_KEPT),
  };
}

function passedOn(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Reads to the end, so that the writer never blocks, and keeps the last part. */
async function readTail(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let tail = "";
  for await (const chunk of stream) {
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-2 * STDERR_KEPT);
  }
  return tail;
}
