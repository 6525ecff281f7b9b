import { Database } from "bun:sqlite";
import { closeSync, existsSync, openSync } from "node:fs";
import { openDatabase } from "../../database/mod.ts";

/** Bytes of every row but a content's last: large enough to be quick, small enough to be one short transaction. */
export const CHUNK_BYTES = 1024 * 1024;

// A content without a hash is still being written, in the trash (then its time is that of its deletion), or already
// being removed.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS blobs (
    id INTEGER PRIMARY KEY,
    sha256 TEXT UNIQUE,
    written_at INTEGER NOT NULL,
    trashed_sha256 TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS chunks (
    id INTEGER PRIMARY KEY,
    blob_id INTEGER NOT NULL REFERENCES blobs (id),
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (blob_id, number)
  ) STRICT;
`;

/** The row of one content. */
export interface BlobRow {
  id: number;
  sha256: string;
  /** The sum of the stored chunks, in bytes. */
  sizeBytes: number;
  /** Milliseconds since 1970. */
  writtenAt: number;
}

const ROW = `blobs.id, sha256, written_at AS writtenAt,
  (SELECT coalesce(sum(length(bytes)), 0) FROM chunks WHERE blob_id = blobs.id) AS sizeBytes`;

const TRASHED = ROW.replace("sha256,", "trashed_sha256 AS sha256,");

/** Returns false for a table that an earlier release created, and for no table. */
function hasTrash(db: Database): boolean {
  return db.query("SELECT 1 FROM pragma_table_info('blobs') WHERE name = 'trashed_sha256'").get() !== null;
}

/** Adds the trash to a table that an earlier release created without one; that release can still use the table. */
function addTrash(db: Database): void {
  if (!hasTrash(db)) db.run("ALTER TABLE blobs ADD COLUMN trashed_sha256 TEXT");
  db.run(`CREATE UNIQUE INDEX IF NOT EXISTS blobs_trashed ON blobs (trashed_sha256) WHERE trashed_sha256 IS NOT NULL`);
}

/**
 * The two tables of the SQLite blob store and their queries, each in one short transaction.
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
    db.transaction(() => {
      db.run(SCHEMA);
      addTrash(db);
    }).immediate();
    return new ChunkTables(db);
  }

  /** Opens the database file for reading, also one of an earlier release; a missing file holds no contents. */
  static openReadonly(path: string): ChunkTables {
    if (!existsSync(path)) {
      const empty = new Database(":memory:", { strict: true });
      empty.run(SCHEMA);
      return new ChunkTables(empty);
    }
    const db = openDatabase(path, { readonly: true });
    if (!hasTrash(db)) db.run("CREATE TEMP VIEW blobs AS SELECT *, NULL AS trashed_sha256 FROM main.blobs");
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
   * Names a complete content, durably. When the same content already exists and is whole, that one is renewed instead.
   *
   * @returns the id of the content that is no longer needed, if any
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

  /** Returns the content in the trash; `writtenAt` is the time of its deletion. */
  findTrashed(sha256: string): BlobRow | null {
    return this.#db
      .query<BlobRow, { sha256: string }>(`SELECT ${TRASHED} FROM blobs WHERE trashed_sha256 = $sha256`)
      .get({ sha256 });
  }

  /** Returns the next contents of the trash after a hash. */
  trashedAfter(sha256: string): BlobRow[] {
    const sql = `SELECT ${TRASHED} FROM blobs WHERE trashed_sha256 > $sha256 ORDER BY trashed_sha256 LIMIT 100`;
    return this.#db.query<BlobRow, { sha256: string }>(sql).all({ sha256 });
  }

  /**
   * Moves a content that was last written before the given time to the trash.
   *
   * @returns whether it did, and the id of an older copy in the trash, which is not needed any more
   */
  trash(sha256: string, { writtenBefore, now }: { writtenBefore: number; now: number }) {
    const move = this.#db.transaction(() => {
      const row = this.find(sha256);
      if (row === null || row.writtenAt >= writtenBefore) return { moved: false, unneeded: null };
      const unneeded = this.dropFromTrash(sha256);
      const sql = "UPDATE blobs SET sha256 = NULL, trashed_sha256 = $sha256, written_at = $now WHERE id = $id";
      this.#db.query(sql).run({ id: row.id, sha256, now });
      return { moved: true, unneeded };
    });
    return move.immediate();
  }

  /** Restores a content from the trash under its name. */
  putBack(id: number, { sha256, now }: { sha256: string; now: number }): void {
    const sql = "UPDATE blobs SET sha256 = $sha256, trashed_sha256 = NULL, written_at = $now WHERE id = $id";
    this.#db.query(sql).run({ id, sha256, now });
  }

  /** Removes a content from the trash; returns the id of the rows to delete, or null. */
  dropFromTrash(sha256: string): number | null {
    const sql = "UPDATE blobs SET trashed_sha256 = NULL WHERE trashed_sha256 = $sha256 RETURNING id";
    return this.#db.query<{ id: number }, { sha256: string }>(sql).get({ sha256 })?.id ?? null;
  }

  /** Returns the next contents after a hash, in the order of the hashes. */
  after(sha256: string): BlobRow[] {
    const sql = `SELECT ${ROW} FROM blobs WHERE sha256 > $sha256 ORDER BY sha256 LIMIT 100`;
    return this.#db.query<BlobRow, { sha256: string }>(sql).all({ sha256 });
  }

  /** Reads a part of one chunk, counted from 0; returns null when the chunk is missing. */
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

  /** Removes the name of a content that was last written before the given time; returns its id, or null. */
  unpublish(sha256: string, writtenBefore: number): number | null {
    const sql = `UPDATE blobs SET sha256 = NULL WHERE sha256 = $sha256 AND written_at < $writtenBefore RETURNING id`;
    const values = { sha256, writtenBefore: Math.min(writtenBefore, Number.MAX_SAFE_INTEGER) };
    return this.#db.query<{ id: number }, typeof values>(sql).get(values)?.id ?? null;
  }

  /** Contents without a name, begun before the given time. */
  nameless(writtenBefore: number): number[] {
    const sql = `SELECT id FROM blobs
      WHERE sha256 IS NULL AND trashed_sha256 IS NULL AND written_at < $writtenBefore`;
    const values = { writtenBefore: Math.min(writtenBefore, Number.MAX_SAFE_INTEGER) };
    return this.#db
      .query<{ id: number }, typeof values>(sql)
      .all(values)
      .map(({ id }) => id);
  }

  /** Removes one chunk of a content without a name, or the content when none is left; returns true when it is gone. */
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
