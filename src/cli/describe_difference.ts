import type { Difference } from "../event_log/mod.ts";

/** Describes a difference, e.g. `assets: row id=1 is changed: status is "ready", by the log "failed"`. */
export function describeDifference({ table, key, live, rebuilt }: Difference): string {
  if (!rebuilt) return `${table}: row ${key} is not in the log`;
  if (!live) return `${table}: row ${key} is missing`;
  const changes = Object.keys(rebuilt)
    .filter((column) => live[column] !== rebuilt[column])
    .map((column) => `${column} is ${JSON.stringify(live[column])}, by the log ${JSON.stringify(rebuilt[column])}`);
  return `${table}: row ${key} is changed: ${changes.join("; ")}`;
}
