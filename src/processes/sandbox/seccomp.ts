import { ptr } from "bun:ffi";
import type { Libc } from "./libc.ts";
import { architecture } from "./system_calls.ts";

const SET_MODE_FILTER = 1;
/** For all threads, not only the calling one. */
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

/** Where `struct seccomp_data` has the number, the architecture and the lower half of the first parameter. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const PARAMETER = 16;

const CLONE_THREAD = 0x00010000;
/** Internet addresses, and netlink, by which the C library learns of its own. */
const NETWORK_FAMILIES = [2, 10, 16];

interface Instruction {
  readonly code: number;
  /** Steps to skip where the condition holds, and where not. */
  readonly yes?: number;
  readonly no?: number;
  readonly value: number;
}

/**
 * Leaves all threads of this process no system call that a decoder has no use for: no program or process is started, no
 * other process is touched, no file's mode or owner is changed, no namespace or mount is made, and no socket, unless
 * `network`. Cannot be undone; `no_new_privs` must be set.
 *
 * @returns whether it holds
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
    // The C library then uses clone, whose flags can be seen.
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

/** The steps for one call; every other one skips them. */
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
