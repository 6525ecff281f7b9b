import type { Database } from "bun:sqlite";
import { AppError } from "../../core/errors.ts";
import type { RecordedEvent } from "../event.ts";
import type { EventCatalogue } from "../event_catalogue.ts";
import { checkChain } from "./check_chain.ts";
import { headOf, readEvents } from "./read_events.ts";

/** The number of events that are read at a start: some ten milliseconds for a log of any length. */
const TAIL = 1_000;

/**
 * Checks at a start that each of the last thousand events can be read, fits its schema and is chained to the one
 * before. A crash, a full disk or a truncated copy leaves its damage there. The whole log is checked by `verify`.
 *
 * @throws {AppError} `unavailable`, with a sentence that names the first event that is damaged
 */
export function assertSoundTail(db: Database, catalogue: EventCatalogue): void {
  const after = Math.max(headOf(db) - TAIL, 0);
  const look = db.transaction(() => {
    for (const event of readEvents(db, catalogue, { after, limit: TAIL })) checkFit(event, catalogue);
    return checkChain(db, { after }).broken?.sentence;
  });
  let damage: string | undefined;
  try {
    damage = look.deferred();
  } catch (error) {
    damage = error instanceof Error ? error.message : String(error);
  }
  if (damage === undefined) return;
  const advice = "'bun run reelog verify' tells more, 'bun run reelog restore' brings back a backup";
  throw new AppError("unavailable", `Cannot open the event log: ${damage}; ${advice}`);
}

/** Checks the data of an event that is already of the newest version, which upcasting would not validate. */
function checkFit(event: RecordedEvent, catalogue: EventCatalogue): void {
  try {
    catalogue.check(event);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot read event ${event.position} (${event.type} of ${event.stream}): ${why}`, { cause });
  }
}
