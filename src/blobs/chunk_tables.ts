import { Database } from "bun:sqlite";
import { closeSync, openSync } from "node:fs";

/** Bytes of every row but a content's last: large enough to be quick, small enough to be one short transaction. */
export const CHUNK_BYTES = 1024 * 1024;

// A content without a hash is still being written, or already being removed.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS blobs (
    id INTEGER PRIMARY KEY,
    sha256 TEXT UNIQUE,
    written_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS chunks (
    id INTEGER PRIMARY KEY,
    blob_id INTEGER NOT NULL REFERENCES blobs (id),
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (blob_id, number)
  ) STRICT;
`;

/** One content as the tables have it. */
export interface BlobRow {
  id: number;
  sha256: string;
  /** Of the chunks that are really there. */
  sizeBytes: number;
  /** Milliseconds since 1970. */
  writtenAt: number;
}

const ROW = `blobs.id, sha256, written_at AS writtenAt,
  (SELECT coalesce(sum(length(bytes)), 0) FROM chunks WHERE blob_id = blobs.id) AS sizeBytes`;

/**
 * The two tables of the SQLite blob store and everything that is asked of them, each in one short transaction.
 *
 * Chunks are committed without an fsync; {@linkcode ChunkTables.publish} flushes the log with all of them in it.
 */
export class ChunkTables implements Disposable {
  readonly #db: Database;

  private constructor(db: Database) {
    this.#db = db;
  }

  /** Opens or makes the database file (mode 0600, which its WAL inherits). */
  static open(path: string): ChunkTables {
    closeSync(openSync(path, "a", 0o600));
    const db = new Database(path, { strict: true });
    db.run("PRAGMA busy_timeout = 5000");
    db.run("PRAGMA page_size = 16384");
    db.run("PRAGMA journal_mode = WAL");
    db.run("PRAGMA synchronous = NORMAL");
    db.run("PRAGMA foreign_keys = ON");
    // A checkpoint blocks the event loop: many small ones instead of a long one. In pages.
    db.run("PRAGMA wal_autocheckpoint = 256");
    db.transaction(() => db.run(SCHEMA)).immediate();
    return new ChunkTables(db);
  }

  /** Begins a content that has no name yet. */
  begin(now: number): number {
    const sql = "INSERT INTO blobs (written_at) VALUES ($now) RETURNING id";
    return this.#db.query<{ id: number }, { now: number }>(sql).get({ now })?.id ?? 0;
  }

  append(blobId: number, number: number, bytes: Uint8Array): void {
    const sql = "INSERT INTO chunks (blob_id, number, bytes) VALUES ($blobId, $number, $bytes)";
    this.#db.query(sql).run({ blobId, number, bytes });
  }

  /**
   * Names a content that is complete, durably. When the same content is there and whole, that one is renewed instead.
   *
   * @returns the id of what is not needed any more, if anything
   */
  publish(id: number, { sha256, sizeBytes, now }: { sha256: string; sizeBytes: number; now: number }): number | null {
    const publish = this.#db.transaction(() => {
      const existing = this.find(sha256);
      if (existing?.sizeBytes === sizeBytes) {
        this.#db.query("UPDATE blobs SET written_at = $now WHERE id = $id").run({ id: existing.id, now });
        return id;
      }
      if (existing !== null) this.#db.query("UPDATE blobs SET sha256 = NULL WHERE id = $id").run({ id: existing.id });
      this.#db.query("UPDATE blobs SET sha256 = $sha256, written_at = $now WHERE id = $id").run({ id, sha256, now });
      return existing?.id ?? null;
    });
    this.#db.run("PRAGMA synchronous = FULL");
    try {
      return publish.immediate();
    } finally {
      this.#db.run("PRAGMA synchronous = NORMAL");
    }
  }

  find(sha256: string): BlobRow | null {
    return this.#db
      .query<BlobRow, { sha256: string }>(`SELECT ${ROW} FROM blobs WHERE sha256 = $sha256`)
      .get({ sha256 });
  }

  /** The next contents after a hash, in the order of the hashes. */
  after(sha256: string): BlobRow[] {
    const sql = `SELECT ${ROW} FROM blobs WHERE sha256 > $sha256 ORDER BY sha256 LIMIT 100`;
    return this.#db.query<BlobRow, { sha256: string }>(sql).all({ sha256 });
  }

  /** A part of one chunk, counted from 0, or null when the chunk is not there. */
  read(
    blobId: number,
    number: number,
    { from, length }: { from: number; length: number },
  ): Uint8Array<ArrayBuffer> | null {
    const sql =
      "SELECT substr(bytes, $from, $length) AS bytes FROM chunks WHERE blob_id = $blobId AND number = $number";
    const row = this.#db
      .query<{ bytes: Uint8Array<ArrayBuffer> }, { blobId: number; number: number; from: number; length: number }>(sql)
      .get({ blobId, number, from: from + 1, length });
    return row?.bytes ?? null;
  }

  /** Takes the name of a content that was last written before the given time; answers its id, or null. */
  unpublish(sha256: string, writtenBefore: number): number | null {
    const sql = `UPDATE blobs SET sha256 = NULL WHERE sha256 = $sha256 AND written_at < $writtenBefore RETURNING id`;
    const values = { sha256, writtenBefore: Math.min(writtenBefore, Number.MAX_SAFE_INTEGER) };
    return this.#db.query<{ id: number }, typeof values>(sql).get(values)?.id ?? null;
  }

  /** Contents without a name, begun before the given time. */
  nameless(writtenBefore: number): number[] {
    const sql = "SELECT id FROM blobs WHERE sha256 IS NULL AND written_at < $writtenBefore";
    const values = { writtenBefore: Math.min(writtenBefore, Number.MAX_SAFE_INTEGER) };
    return this.#db
      .query<{ id: number }, typeof values>(sql)
      .all(values)
      .map(({ id }) => id);
  }

  /** Removes one chunk of a content without a name, or the content when none is left; tells whether it is gone. */
  shrink(id: number): boolean {
    const sql = "DELETE FROM chunks WHERE id = (SELECT id FROM chunks WHERE blob_id = $id LIMIT 1)";
    if (this.#db.query(sql).run({ id }).changes > 0) return false;
    this.#db.query("DELETE FROM blobs WHERE id = $id AND sha256 IS NULL").run({ id });
    return true;
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}
