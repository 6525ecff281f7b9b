import { dlopen, FFIType, type Pointer, ptr, toArrayBuffer } from "bun:ffi";

/** The functions of the C library that the sandbox needs. */
export interface Libc {
  /** The result of a system call; negative where it failed. */
  syscall(number: number, ...parameters: readonly Parameter[]): number;
  /** The result of prctl(2); negative where it failed. */
  prctl(option: number, value: number): number;
  /** Overwrites a variable's value in the memory that the kernel exposes; the runtime has its own copy. */
  wipeVariable(name: string): void;
  /** Replaces the program of this process; returns only where that failed. */
  execve(path: string, parameters: readonly string[], environment: readonly string[]): void;
}

/** A number, or memory that the kernel reads or writes. */
export type Parameter = number | Uint8Array;

const { i32, i64, u64 } = FFIType;
const SIX = 6;

/** Opens the C library of Linux, glibc or musl; returns null on other systems. */
export function openLibc(): Libc | null {
  if (process.platform !== "linux") return null;
  for (const name of ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`]) {
    try {
      return open(name);
    } catch {
      // Try the other one.
    }
  }
  return null;
}

function open(name: string): Libc {
  const { symbols } = dlopen(name, {
    syscall: { args: [i64, i64, i64, i64, i64, i64, i64], returns: i64 },
    prctl: { args: [i32, u64, u64, u64, u64], returns: i32 },
    getenv: { args: [FFIType.ptr], returns: FFIType.ptr },
    strlen: { args: [FFIType.ptr], returns: u64 },
    execve: { args: [FFIType.ptr, FFIType.ptr, FFIType.ptr], returns: i32 },
  });
  return {
    syscall(number, ...parameters) {
      const words = parameters.map((value) => BigInt(typeof value === "number" ? value : ptr(value)));
      while (words.length < SIX) words.push(0n);
      const [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n] = words;
      return Number(symbols.syscall(BigInt(number), a, b, c, d, e, f));
    },
    prctl: (option, value) => symbols.prctl(option, BigInt(value), 0n, 0n, 0n),
    wipeVariable(name) {
      const value = symbols.getenv(ptr(cString(name)));
      const length = value === null ? 0 : Number(symbols.strlen(value));
      // An empty value hides nothing, and the runtime cannot create a buffer of length 0.
      if (value !== null && length > 0) new Uint8Array(toArrayBuffer(value, 0, length)).fill(0);
    },
    execve(path, parameters, environment) {
      const [program, list, variables] = [cString(path), cStrings(parameters), cStrings(environment)];
      symbols.execve(ptr(program), ptr(list.pointers), ptr(variables.pointers));
    },
  };
}

function cString(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

/** Creates a list of strings that ends with a null pointer; the strings must live as long as the list. */
function cStrings(texts: readonly string[]) {
  const strings = texts.map(cString);
  const addresses = strings.map((bytes) => BigInt(ptr(bytes) satisfies Pointer));
  return { strings, pointers: new BigUint64Array([...addresses, 0n]) };
}
