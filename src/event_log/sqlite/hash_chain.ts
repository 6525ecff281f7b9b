import type { Database } from "bun:sqlite";
import { type Statements, trackStatements } from "../../database/mod.ts";
import { EVENT_COLUMNS, type EventRow } from "./read_events.ts";

/** The hash before the first event: 32 zero bytes. */
export const GENESIS: Uint8Array = new Uint8Array(32);

/**
 * Returns the hash of an event: SHA-256 over the 32 bytes of the previous hash, and then for each of position, id,
 * stream, version, type, schema version, data, metadata and recordedAt, with the values of the columns: the length of
 * its UTF-8 in decimal, a colon and the UTF-8 itself. Numbers are written in decimal. The lengths separate the parts,
 * so no two events have the same bytes.
 */
export function hashOf(row: EventRow, before: Uint8Array): Uint8Array {
  const { position, id, stream, version, type, schema_version, data, metadata, recorded_at } = row;
  const text =
    part(position) + part(id) + part(stream) + part(version) + part(type) + part(schema_version) + part(data);
  return new Bun.CryptoHasher("sha256")
    .update(before)
    .update(text + part(metadata) + part(recorded_at))
    .digest();
}

function part(value: string | number): string {
  const text = String(value);
  return `${Buffer.byteLength(text)}:${text}`;
}

/** Adds each new event to the chain, in the transaction that appends it. */
export interface HashChain extends Disposable {
  /** Adds rows in the order of their positions, which must follow the last of the log. */
  extend(rows: readonly EventRow[]): void;
}

/** Creates the chain of an open database, in the side table `event_hashes`: the table `events` is unchanged. */
export function createHashChain(db: Database): HashChain {
  const statements = trackStatements(db);
  const { last, add } = chainStatements(statements);
  return {
    extend(rows) {
      // Read each time: another process may have appended since.
      let before = last.get()?.hash ?? GENESIS;
      for (const row of rows) {
        before = hashOf(row, before);
        add.run(row.position, before);
      }
    },
    [Symbol.dispose]: () => statements[Symbol.dispose](),
  };
}

/** Chains the events of a log that was written before the chain existed; earlier changes to them stay undetected. */
export function backfillHashes(db: Database): void {
  using statements = trackStatements(db);
  const { add } = chainStatements(statements);
  const events = statements.prepare<EventRow, []>(`SELECT ${EVENT_COLUMNS} FROM events ORDER BY position`);
  let before = GENESIS;
  for (const row of events.iterate()) {
    before = hashOf(row, before);
    add.run(row.position, before);
  }
}

function chainStatements(statements: Statements) {
  return {
    last: statements.prepare<{ hash: Uint8Array }, []>("SELECT hash FROM event_hashes ORDER BY position DESC LIMIT 1"),
    add: statements.prepare<never, [number, Uint8Array]>("INSERT INTO event_hashes (position, hash) VALUES (?, ?)"),
  };
}
