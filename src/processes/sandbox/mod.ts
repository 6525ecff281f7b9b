/**
 * The sandbox of a process, set up before it reads untrusted input, as far as the platform allows: files by Landlock,
 * system calls by seccomp, privileges and memory.
 *
 * @module
 */
export { confineCalls } from "./confine.ts";
export { type ConfinedCommand, confinedCommand, type SandboxLevel, sandboxLevel } from "./level.ts";
export type { Needs } from "./policy.ts";
export { shieldProcess } from "./shield.ts";
