import { estimateSeconds, SPEED } from "../speech/mod.ts";
import { toTenths } from "./durations.ts";

/** Returns the seconds that a script needs when it is spoken as fast as allowed. */
export function secondsNeeded(script: string, language: string | null): number {
  return estimateSeconds(script, language, SPEED.max);
}

/** The least tenths that a scene keeps when it gives time to others, or half the average; and the most that one is given. */
const KEPT_TENTHS = 20;
const MOST_TENTHS = 100;

/**
 * Gives scenes whose scripts do not fit the time that others do not need. The sum stays exact.
 *
 * @param needed seconds of each script at the highest speed
 */
export function fitDurations(durations: readonly number[], needed: readonly number[]): number[] {
  const tenths = durations.map(toTenths);
  const average = tenths.reduce((sum, time) => sum + time, 0) / Math.max(1, tenths.length);
  const kept = Math.min(KEPT_TENTHS, Math.ceil(average / 2));
  const needs = needed.map((seconds) => Math.ceil(seconds * 10));
  for (const [index, need] of needs.entries()) {
    let missing = Math.min(need, MOST_TENTHS) - (tenths[index] ?? 0);
    if (missing <= 0) continue;
    const spare = tenths.map((time, other) =>
      other === index ? 0 : Math.max(0, time - Math.max(needs[other] ?? 0, Math.min(time, kept))),
    );
    // A script that cannot fit at all is not worth the time of other scenes.
    if (spare.reduce((sum, time) => sum + time, 0) < missing) continue;
    while (missing > 0) {
      const giver = spare.indexOf(Math.max(...spare));
      spare[giver] = (spare[giver] ?? 0) - 1;
      tenths[giver] = (tenths[giver] ?? 0) - 1;
      tenths[index] = (tenths[index] ?? 0) + 1;
      missing--;
    }
  }
  return tenths.map((time) => time / 10);
}
