import { readdirSync, readFileSync } from "node:fs";

/** The running processes that a process has started itself, as Linux knows them. */
export function childrenOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const lists = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8"));
  return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}

/** Those of them whose command line has a word in it. */
export function childrenNamed(pid: number, word: string): number[] {
  return childrenOf(pid).filter((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes(word));
}
