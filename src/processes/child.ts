import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Value } from "@sinclair/typebox/value";
import { FromChild, type FromParent, MEMORY_LIMIT_VARIABLE, OVER_CPU, OVER_MEMORY } from "./protocol.ts";
import { confinedCommand, type SandboxLevel, sandboxLevel } from "./sandbox/mod.ts";
import type { Workspace } from "./workspace.ts";

/** How a process ended; `stderr` is the end of what it wrote there. */
export interface Ending {
  exitCode: number | null;
  signal: string | null;
  overMemory: boolean;
  overCpu: boolean;
  /** It sent what is not of the protocol, and was ended for that. */
  offProtocol: boolean;
  stderr: string;
}

/** A running process, seen from the server. */
export interface Child {
  send(message: FromParent): void;
  /** Ends it at once; nothing of it runs on when `ended` resolves. */
  kill(): void;
  /** Takes over the messages; a message that is not of the protocol ends the process. */
  listen(onMessage: (message: FromChild) => void): void;
  readonly ended: Promise<Ending>;
}

/** What the child may see of the server's environment; above all no secret. */
const PASSED_ON = ["PATH", "TMPDIR", "LANG", "TZ"];

const STDERR_KEPT = 2000;

/** What a process may have. */
export interface ChildOptions {
  readonly memoryLimitBytes: number;
  readonly workspace: Workspace;
  /** Whether it may open connections (false). */
  readonly network?: boolean | undefined;
  /** Further files and directories that it may read. */
  readonly files?: readonly string[] | undefined;
  /** How far it is confined: as far as this machine can, by default. */
  readonly sandbox?: SandboxLevel | undefined;
  /** Names of further variables of the server's environment that it sees. */
  readonly environment?: readonly string[] | undefined;
}

/** Starts `script`, a module that calls `serveCalls`; it says `ready` when it can be called. */
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
    // Its own folder: no .env or bunfig.toml of the place where the server was started.
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
      // Nothing that it says after this is heard either.
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
        // It has just ended, which `ended` tells.
      }
    },
    kill: () => process_.kill("SIGKILL"),
    listen: (onMessage) => {
      listener = onMessage;
    },
    ended: process_.exited.then(async () => ({ ...ending(process_, await stderr), offProtocol })),
  };
}

/** Twenty times what the busiest render says; more would keep the server from its requests. */
const MESSAGES_A_SECOND = 2000;

/** Counts a message, and says whether it is within what a process may say in a second. */
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
