import type { Database } from "bun:sqlite";
import { trackStatements } from "../../database/mod.ts";
import { BYTES_OF_EVENT, OWNER_OF_EVENT } from "./tables.ts";

/** The sizes of parts of the log. */
export interface LogSizes extends Disposable {
  /** Returns the bytes of all events of an owner; within an append, including the new events. */
  bytesOf(owner: string): number;
  /** Returns the number of events of a stream, and their bytes. */
  sizeOf(stream: string): StreamSize;
}

/** The size of a stream. */
export interface StreamSize {
  readonly events: number;
  readonly bytes: number;
}

interface Counted {
  readonly bytes: number;
  /** The position of the last event of the stream. */
  readonly upTo: number;
}

/** The number of owners whose sums are cached; others are read from the index again. */
const MOST_OWNERS = 10_000;

/** Creates the sizes from the indexes of the log; an owner's events are counted only once. */
export function createLogSizes(db: Database): LogSizes {
  const statements = trackStatements(db);
  const ofOwner = statements.prepare<{ bytes: number; upTo: number | null }, [string, number]>(
    `SELECT coalesce(sum(${BYTES_OF_EVENT}), 0) AS bytes, max(position) AS upTo
     FROM events INDEXED BY events_owner WHERE ${OWNER_OF_EVENT} = ? AND position > ?`,
  );
  const ofStream = statements.prepare<StreamSize, [string]>(
    `SELECT count(*) AS events, coalesce(sum(${BYTES_OF_EVENT}), 0) AS bytes FROM events WHERE stream = ?`,
  );
  const counted = new Map<string, Counted>();

  return {
    bytesOf(owner) {
      const known = counted.get(owner) ?? { bytes: 0, upTo: 0 };
      const more = ofOwner.get(owner, known.upTo);
      const now = { bytes: known.bytes + (more?.bytes ?? 0), upTo: more?.upTo ?? known.upTo };
      // Uncommitted events may be rolled back, and their positions used again.
      if (!db.inTransaction) {
        if (counted.size >= MOST_OWNERS) counted.clear();
        counted.set(owner, now);
      }
      return now.bytes;
    },
    sizeOf: (stream) => ofStream.get(stream) ?? { events: 0, bytes: 0 },
    [Symbol.dispose]: () => statements[Symbol.dispose](),
  };
}
