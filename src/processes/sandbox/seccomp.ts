import { ptr } from "bun:ffi";
import type { Libc } from "./libc.ts";
import { architecture } from "./system_calls.ts";

const SET_MODE_FILTER = 1;
/** Applies to all threads, not only the calling one. */
const TSYNC = 1;

/** Classic BPF (<linux/bpf_common.h>). */
const LOAD = 0x20;
const EQUALS = 0x15;
const AT_LEAST = 0x35;
const HAS_BITS = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const EPERM = 1;
const ENOSYS = 38;
const refuse = (errno: number) => 0x00050000 | errno;

/** Offsets in `struct seccomp_data` of the number, the architecture and the lower half of the first parameter. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const PARAMETER = 16;

const CLONE_THREAD = 0x00010000;
/** Internet addresses, and netlink, which the C library uses to find its own addresses. */
const NETWORK_FAMILIES = [2, 10, 16];

interface Instruction {
  readonly code: number;
  /** Steps to skip where the condition holds, and where it does not. */
  readonly yes?: number;
  readonly no?: number;
  readonly value: number;
}

/**
 * Denies all threads of this process the system calls that no decoder needs: it starts no program or process, touches
 * no other process, changes no file's mode or owner, makes no namespace or mount, and opens no socket, unless
 * `network`. Cannot be undone; `no_new_privs` must be set.
 *
 * @returns true when the filter is in force
 */
export function restrictCalls(libc: Libc, { network }: { readonly network: boolean }): boolean {
  const machine = architecture();
  if (!machine) return false;
  const { calls } = machine;
  const own = process.pid;
  const program: Instruction[] = [
    { code: LOAD, value: ARCHITECTURE },
    { code: EQUALS, value: machine.audit, yes: 1, no: 0 },
    { code: RETURN, value: KILL_PROCESS },
    { code: LOAD, value: NUMBER },
    // The second, 32-bit set of numbers of x86-64.
    { code: AT_LEAST, value: 0x40000000, yes: 0, no: 1 },
    { code: RETURN, value: refuse(EPERM) },
    ...machine.refused.flatMap((number) => when(number, [{ code: RETURN, value: refuse(EPERM) }])),
    // The C library then uses clone, whose flags can be inspected.
    ...when(calls.clone3, [{ code: RETURN, value: refuse(ENOSYS) }]),
    ...when(calls.clone, onlyIf({ code: HAS_BITS, values: [CLONE_THREAD] })),
    ...when(calls.kill, onlyIf({ code: EQUALS, values: [own] })),
    ...when(calls.tgkill, onlyIf({ code: EQUALS, values: [own] })),
    ...when(calls.prlimit64, onlyIf({ code: EQUALS, values: [0, own] })),
    ...when(calls.socket, onlyIf({ code: EQUALS, values: network ? NETWORK_FAMILIES : [] })),
    { code: RETURN, value: ALLOW },
  ];
  const bytes = encoded(program);
  const head = new DataView(new ArrayBuffer(16));
  head.setUint16(0, program.length, true);
  head.setBigUint64(8, BigInt(ptr(bytes)), true);
  return libc.syscall(calls.seccomp, SET_MODE_FILTER, TSYNC, new Uint8Array(head.buffer)) === 0;
}

/** Returns the steps for one call; every other call skips them. */
function when(number: number, steps: readonly Instruction[]): Instruction[] {
  return [{ code: EQUALS, value: number, yes: 0, no: steps.length }, ...steps];
}

/** Allows a call by its first parameter, and refuses it otherwise. */
function onlyIf({ code, values }: { readonly code: number; readonly values: readonly number[] }): Instruction[] {
  return [
    { code: LOAD, value: PARAMETER },
    ...values.map((value, index) => ({ code, value, yes: values.length - index, no: 0 })),
    { code: RETURN, value: refuse(EPERM) },
    ...(values.length > 0 ? [{ code: RETURN, value: ALLOW }] : []),
  ];
}

function encoded(program: readonly Instruction[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(program.length * 8));
  for (const [index, { code, yes = 0, no = 0, value }] of program.entries()) {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, yes);
    view.setUint8(index * 8 + 3, no);
    view.setUint32(index * 8 + 4, value, true);
  }
  return new Uint8Array(view.buffer);
}
