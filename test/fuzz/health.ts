import { readFile } from "node:fs/promises";
import { SECRET } from "./campaign.ts";

/** The memory of a process, in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1_024;
}

/** Lines of the log that tell of a fault of ours, or a secret. */
export function faultsIn(logs: readonly string[]): string[] {
  return logs.filter((line) => /"level":"(error|fatal)"/.test(line) || line.includes(SECRET)).slice(0, 10);
}
