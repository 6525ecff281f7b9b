import { readdirSync, readFileSync } from "node:fs";

/** The running processes that a process has started itself, as Linux knows them. */
export function childrenOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const lists = threads.map((thread) => textOf(`/proc/${pid}/task/${thread}/children`));
  return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}

/** Those of them whose command line has a word in it. */
export function childrenNamed(pid: number, word: string): number[] {
  return childrenOf(pid).filter((child) => textOf(`/proc/${child}/cmdline`).includes(word));
}

/** The CPU time that a process has used so far in all of its threads, in milliseconds; 0 when it has ended. */
export function cpuMsOf(pid: number): number {
  const threads = filesOf(`/proc/${pid}/task`).map((thread) => textOf(`/proc/${pid}/task/${thread}/schedstat`));
  return threads.reduce((sum, line) => sum + Number(line.split(" ", 1)[0]) / 1e6, 0);
}

function filesOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Empty for what has ended meanwhile. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
