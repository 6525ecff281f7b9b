import { readFileSync } from "node:fs";

/** Returns how many descriptors a process may have; null when it has ended. */
export function descriptorsOf(pid: number): number | null {
  try {
    const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? 0);
  } catch {
    return null;
  }
}

/** Sets how many descriptors a process may have from now on; those that it has stay open. False when it has ended. */
export function allowDescriptors(pid: number, count: number): boolean {
  return Bun.spawnSync(["prlimit", "--pid", String(pid), `--nofile=${count}:`]).exitCode === 0;
}
