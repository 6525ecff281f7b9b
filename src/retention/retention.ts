import type { Database } from "bun:sqlite";
import type { ContentUse, StoredBlob } from "../blobs/mod.ts";
import { trackStatements } from "../database/mod.ts";
import type { EventType } from "../event_log/mod.ts";
import { type ContentPath, contentPaths } from "./content_paths.ts";

/** Which stored contents the log needs. */
export interface Retention extends Disposable {
  /**
   * What the log says of one content. While an event that must name a content is damaged, every content counts as
   * needed: the damaged one may have named it.
   */
  useOf(sha256: string): ContentUse;
  /** Every content that the log needs, in the order of the hashes. */
  neededContents(): StoredBlob[];
}

/** The events that decide. */
export interface RetentionOptions {
  /** Every event type of the log. */
  readonly events: readonly EventType[];
  /** After one of these, a stream needs none of the contents that its earlier events name. */
  readonly releasedBy: readonly EventType[];
}

/**
 * Decides from the events alone which contents are needed: read tables are disposable, so a wrong row in one must not
 * cost a byte. The answer for one content is a look into an index of the log, where {@linkcode indexContents} has made
 * it; without the index it is a scan.
 */
export function createRetention(db: Database, { events, releasedBy }: RetentionOptions): Retention {
  const statements = trackStatements(db);
  const lookups = lookupsOf(events);
  const released = releasedBy.map(({ type }) => `'${type}'`).join(", ");
  const isReleased = `EXISTS (SELECT 1 FROM events AS later WHERE later.stream = events.stream
    AND later.version > events.version AND later.type IN (${released}))`;
  const naming = lookups.map(({ of, hash }) => `SELECT 1 FROM events WHERE ${of} AND ${hash} = ?1`);
  const named = statements.prepare<{ found: 0 | 1 }, [string]>(
    `SELECT EXISTS (${naming.join(" UNION ALL ")}) AS found`,
  );
  const needed = statements.prepare<{ found: 0 | 1 }, [string]>(
    `SELECT EXISTS (${naming.map((one) => `${one} AND NOT ${isReleased}`).join(" UNION ALL ")}) AS found`,
  );
  const unreadable = lookups
    .filter(({ isRequired }) => isRequired)
    .map(({ of, hash }) => `SELECT 1 FROM events WHERE ${of} AND ${hash} IS NULL`);
  const damaged = statements.prepare<{ found: 0 | 1 }, []>(
    `SELECT EXISTS (${unreadable.join(" UNION ALL ")}) AS found`,
  );
  const all = lookups.map(
    ({ of, hash, size }) =>
      `SELECT ${hash} AS sha256, ${size} AS sizeBytes FROM events WHERE ${of} AND ${hash} IS NOT NULL AND NOT ${isReleased}`,
  );
  const list = statements.prepare<StoredBlob, []>(
    `SELECT sha256, max(sizeBytes) AS sizeBytes FROM (${all.join(" UNION ALL ")}) GROUP BY sha256 ORDER BY sha256`,
  );

  return {
    useOf(sha256) {
      if (needed.get(sha256)?.found === 1 || damaged.get()?.found === 1) return "needed";
      return named.get(sha256)?.found === 1 ? "released" : "unnamed";
    },
    neededContents: () => list.all(),
    [Symbol.dispose]: () => statements[Symbol.dispose](),
  };
}

/**
 * Makes the indexes by which {@linkcode createRetention} finds a content. They are no part of the schema that releases
 * agree on: each makes those that it asks for, and drops those of another.
 */
export function indexContents(db: Database, events: readonly EventType[]): void {
  const wanted = new Map(
    lookupsOf(events).map(({ of, hash }) => {
      const definition = `ON events (${hash}) WHERE ${of}`;
      return [`${INDEX}_${new Bun.CryptoHasher("sha1").update(definition).digest("hex").slice(0, 12)}`, definition];
    }),
  );
  const make = db.transaction(() => {
    const present = db
      .query<{ name: string }, [string]>("SELECT name FROM sqlite_master WHERE type = 'index' AND name GLOB ? || '_*'")
      .all(INDEX);
    for (const { name } of present) if (!wanted.has(name)) db.run(`DROP INDEX "${name}"`);
    for (const [name, definition] of wanted) db.run(`CREATE INDEX IF NOT EXISTS "${name}" ${definition}`);
  });
  make.immediate();
}

const INDEX = "events_by_content";

/** How the contents that events name at one path are found, in SQL. */
interface Lookup {
  /** The events that can name one there. */
  readonly of: string;
  readonly hash: string;
  readonly size: string;
  readonly isRequired: boolean;
}

function lookupsOf(events: readonly EventType[]): readonly Lookup[] {
  const groups = Map.groupBy(contentPaths(events), ({ path, isRequired }) => `${path} ${isRequired}`);
  return [...groups.values()].flatMap((paths) => {
    const [first] = paths;
    return first
      ? [
          lookupOf(
            first,
            paths.map(({ type }) => type),
          ),
        ]
      : [];
  });
}

function lookupOf({ path, isRequired }: ContentPath, types: readonly string[]): Lookup {
  // A damaged event has no JSON to look into; it must not make the index, or an answer, fail.
  const at = (key: string) => `CASE WHEN json_valid(data) THEN json_extract(data, '${path}.${key}') END`;
  return {
    of: `type IN (${types
      .toSorted()
      .map((type) => `'${type}'`)
      .join(", ")})`,
    hash: at("sha256"),
    size: at("sizeBytes"),
    isRequired,
  };
}
