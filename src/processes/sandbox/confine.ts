import { openSync, readFileSync } from "node:fs";
import { openLibc } from "./libc.ts";
import { restrictCalls } from "./seccomp.ts";
import { architecture } from "./system_calls.ts";

/** The variable that makes a process confine itself: `calls`, or `network` where it may open connections. */
export const CONFINE_VARIABLE = "PROCESS_CONFINE";

/** Resources of setrlimit(2). */
const DATA = 2;
const CORE = 4;
const OPEN_FILES = 7;
const MAX_OPEN_FILES = 1024;

/**
 * Gives up all system calls that this process does not need, before it reads untrusted input, if the environment
 * requires it. Ends the process where that fails.
 *
 * @param options.memoryLimitBytes the most memory it may hold; the kernel refuses twice as much
 */
export function confineCalls({ memoryLimitBytes }: { readonly memoryLimitBytes: number }): void {
  const asked = process.env[CONFINE_VARIABLE];
  if (asked === undefined || isConfined({ memoryLimitBytes, network: asked === "network" })) return;
  process.stderr.write("process: cannot be confined\n");
  process.exit(126);
}

function isConfined({ memoryLimitBytes, network }: { memoryLimitBytes: number; network: boolean }): boolean {
  const [libc, machine] = [openLibc(), architecture()];
  if (!libc || !machine) return false;
  // Stays open: the rule for it ends when the kernel forgets the directory.
  openSync("/proc/self", "r");
  // A limit of the environment that is lower stays: no process may raise it again.
  const limit = (resource: number, value: number) => {
    const current = new BigUint64Array(2);
    const { prlimit64 } = machine.calls;
    if (libc.syscall(prlimit64, 0, resource, 0, bytesOf(current)) !== 0) return false;
    const [, hard = 0n] = current;
    const wanted = BigInt(value);
    return libc.syscall(prlimit64, 0, resource, bytesOf(limitsOf(hard < wanted ? hard : wanted)), 0) === 0;
  };
  return (
    limit(CORE, 0) &&
    limit(OPEN_FILES, MAX_OPEN_FILES) &&
    limit(DATA, dataBytes() + 2 * memoryLimitBytes) &&
    restrictCalls(libc, { network })
  );
}

/** `struct rlimit`: the soft and the hard limit. */
function limitsOf(value: bigint): BigUint64Array<ArrayBuffer> {
  return new BigUint64Array([value, value]);
}

function bytesOf({ buffer }: BigUint64Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(buffer);
}

/** The address space that the runtime has reserved, of which it uses little. */
function dataBytes(): number {
  const kilobytes = /^VmData:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}
