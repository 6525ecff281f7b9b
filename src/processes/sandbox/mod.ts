/**
 * What a process gives up before it meets a hostile byte, as far as the platform lets it: files by Landlock, system
 * calls by seccomp, privileges and memory.
 *
 * @module
 */
export { confineCalls } from "./confine.ts";
export { type ConfinedCommand, confinedCommand, type SandboxLevel, sandboxLevel } from "./level.ts";
export type { Needs } from "./policy.ts";
export { shieldProcess } from "./shield.ts";
