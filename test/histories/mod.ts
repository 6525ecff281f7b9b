/** Lawful histories of every slice, made by chance from a seed; a slice that adds events adds its history here. */
import type { EventLog } from "../../src/event_log/mod.ts";
import { accessHistory } from "./access.ts";
import { assetsHistory } from "./assets.ts";
import { campaignsHistory } from "./campaigns.ts";
import { clientsHistory } from "./clients.ts";
import { jobsHistory } from "./jobs.ts";

/** Appends a history; `random(n)` is a whole number from 0 to n - 1. */
export type History = (log: EventLog, random: (below: number) => number) => Promise<void>;

export const histories: Readonly<Record<string, History>> = {
  assets: assetsHistory,
  clients: clientsHistory,
  campaigns: campaignsHistory,
  jobs: jobsHistory,
  access: accessHistory,
};

/** The same numbers for the same seed (mulberry32). */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
