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

/** Empty for what has ended meanwhile. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
