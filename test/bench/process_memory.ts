import { readFileSync, writeFileSync } from "node:fs";
import { childrenOf } from "../support/child_processes.ts";

/** The resident memory of a running process, in bytes, as Linux counts it. */
export interface ProcessMemory {
  now(): number;
  /** The most since {@linkcode forgetPeak}. */
  peak(): number;
  forgetPeak(): void;
  /** The peaks of the processes that it started and that run still, added up. */
  peakOfChildren(): number;
}

/** Reads `/proc`; a sampled figure would miss short peaks. */
export function processMemory(pid: number): ProcessMemory {
  return {
    now: () => statusOf(pid, "VmRSS"),
    peak: () => statusOf(pid, "VmHWM"),
    // See proc(5): 5 resets the peak of the resident set.
    forgetPeak: () => writeFileSync(`/proc/${pid}/clear_refs`, "5"),
    peakOfChildren: () => childrenOf(pid).reduce((sum, child) => sum + statusOf(child, "VmHWM"), 0),
  };
}

function statusOf(pid: number, name: string): number {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) * 1024;
}
