import type { Database } from "bun:sqlite";
import { trackStatements } from "../../database/mod.ts";

/** A place in the data of an event type that names a stored content. */
export interface ContentPath {
  readonly type: string;
  /** The object with the `sha256` and the `sizeBytes`, as a path of SQLite's JSON functions, e.g. `$.thumbnail`. */
  readonly path: string;
  /** False when events of the type may name no content. */
  readonly isRequired: boolean;
}

/** A content that events name. */
export interface NamedContent {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Finds the contents that events name. */
export interface ContentLookup extends Disposable {
  /** Returns true when any event names the content. */
  isNamed(sha256: string): boolean;
  /** Returns true when an event names the content and no later event of its stream releases it. */
  isNeeded(sha256: string): boolean;
  /** Returns true when an event that must name a content is damaged, and so names none. */
  isDamaged(): boolean;
  /** Lists the needed contents, in the order of the hashes. */
  neededContents(): NamedContent[];
}

/**
 * Creates the lookup. A lookup of one content reads an index of the log where {@linkcode indexContentPaths} has made it;
 * without the index it is a scan.
 *
 * @param releasedBy types of events after which a stream needs no content that its earlier events name
 */
export function createContentLookup(
  db: Database,
  { paths, releasedBy }: { readonly paths: readonly ContentPath[]; readonly releasedBy: readonly string[] },
): ContentLookup {
  const statements = trackStatements(db);
  const clauses = clausesOf(paths);
  const isReleased = `EXISTS (SELECT 1 FROM events AS later WHERE later.stream = events.stream
    AND later.version > events.version AND later.type IN (${listed(releasedBy)}))`;
  const exists = <Parameters extends string[]>(selects: readonly string[]) =>
    statements.prepare<{ found: 0 | 1 }, Parameters>(`SELECT EXISTS (${selects.join(" UNION ALL ")}) AS found`);

  const naming = clauses.map(({ of, hash }) => `SELECT 1 FROM events WHERE ${of} AND ${hash} = ?1`);
  const named = exists<[string]>(naming);
  const needed = exists<[string]>(naming.map((select) => `${select} AND NOT ${isReleased}`));
  const damaged = exists<[]>(
    clauses
      .filter(({ isRequired }) => isRequired)
      .map(({ of, hash }) => `SELECT 1 FROM events WHERE ${of} AND ${hash} IS NULL`),
  );
  const all = clauses.map(
    ({ of, hash, size }) =>
      `SELECT ${hash} AS sha256, ${size} AS sizeBytes FROM events WHERE ${of} AND ${hash} IS NOT NULL AND NOT ${isReleased}`,
  );
  const list = statements.prepare<NamedContent, []>(
    `SELECT sha256, max(sizeBytes) AS sizeBytes FROM (${all.join(" UNION ALL ")}) GROUP BY sha256 ORDER BY sha256`,
  );

  return {
    isNamed: (sha256) => named.get(sha256)?.found === 1,
    isNeeded: (sha256) => needed.get(sha256)?.found === 1,
    isDamaged: () => damaged.get()?.found === 1,
    neededContents: () => list.all(),
    [Symbol.dispose]: () => statements[Symbol.dispose](),
  };
}

/**
 * Creates the indexes of {@linkcode createContentLookup}. They are not part of the migrated schema: each release
 * creates the ones that it reads, and drops those of other releases.
 */
export function indexContentPaths(db: Database, paths: readonly ContentPath[]): void {
  const definitions = new Map(
    clausesOf(paths).map(({ of, hash }) => {
      const definition = `ON events (${hash}) WHERE ${of}`;
      return [`${INDEX}_${new Bun.CryptoHasher("sha1").update(definition).digest("hex").slice(0, 12)}`, definition];
    }),
  );
  const replace = db.transaction(() => {
    const present = db
      .query<{ name: string }, [string]>("SELECT name FROM sqlite_master WHERE type = 'index' AND name GLOB ? || '_*'")
      .all(INDEX);
    for (const { name } of present) if (!definitions.has(name)) db.run(`DROP INDEX "${name}"`);
    for (const [name, definition] of definitions) db.run(`CREATE INDEX IF NOT EXISTS "${name}" ${definition}`);
  });
  replace.immediate();
}

const INDEX = "events_by_content";

/** SQL that finds the contents of several event types at one path. */
interface Clauses {
  /** The condition on the events that can name a content at the path. */
  readonly of: string;
  readonly hash: string;
  readonly size: string;
  readonly isRequired: boolean;
}

function clausesOf(paths: readonly ContentPath[]): readonly Clauses[] {
  const groups = Map.groupBy(paths, ({ path, isRequired }) => JSON.stringify([path, isRequired]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    // A damaged event has no valid JSON; neither the index nor a lookup may fail on it.
    const at = (key: string) => `CASE WHEN json_valid(data) THEN json_extract(data, '${first.path}.${key}') END`;
    const types = group.map(({ type }) => type).toSorted();
    return [
      { of: `type IN (${listed(types)})`, hash: at("sha256"), size: at("sizeBytes"), isRequired: first.isRequired },
    ];
  });
}

function listed(types: readonly string[]): string {
  return types.map((type) => `'${type}'`).join(", ");
}
