import { KeyFilter } from "./key_filter.ts";
import type { Row } from "./row_shape.ts";
import type { TableKey } from "./table_key.ts";

/** A row in a buffer. */
export interface Entry {
  /** The row; null when it does not exist. */
  row: Row | null;
  /** True when the table has, or may have, a row of this key; that row may be an older one. */
  isStored: boolean;
  /** True when the table does not have this version of the row yet. */
  waits: boolean;
  /** The primary key of a row to delete. */
  key?: Row;
}

/** The known rows of a table by primary key, and a record of other rows that the table may have. */
export interface KnownRows {
  /** The number of known keys. */
  readonly size: number;
  get(keyed: Row): Entry | undefined;
  /** Adds an entry of an unknown key; {@linkcode Entry.isStored} is true if the table may have it. */
  add(keyed: Row): Entry;
  /**
   * Returns all rows with this first column of a composite key, in no order; undefined when the table may have more.
   */
  group(where: Row): Row[] | undefined;
  /** Removes all entries; the table has their rows. */
  forget(): void;
  /** Marks every unknown row as possibly stored from now on. */
  distrust(): void;
}

/** Creates the known rows of an empty table. */
export function createKnownRows(key: TableKey): KnownRows {
  return key.columns.length > 1 ? new GroupedRows(key) : new SingleRows(key);
}

/** The known rows of a table whose key has one column. */
class SingleRows implements KnownRows {
  readonly #key: TableKey;
  readonly #entries = new Map<string, Entry>();
  #forgotten: KeyFilter | undefined = new KeyFilter();

  constructor(key: TableKey) {
    this.#key = key;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(keyed: Row): Entry | undefined {
    return this.#entries.get(this.#key.firstOf(keyed));
  }

  add(keyed: Row): Entry {
    const id = this.#key.firstOf(keyed);
    const entry = { row: null, isStored: this.#forgotten?.mayHave(id) ?? true, waits: false };
    this.#entries.set(id, entry);
    return entry;
  }

  group(): undefined {
    return undefined;
  }

  forget(): void {
    if (this.#forgotten) for (const [id, { row }] of this.#entries) if (row !== null) this.#forgotten.add(id);
    this.#entries.clear();
  }

  distrust(): void {
    this.#forgotten = undefined;
  }
}

interface Group {
  readonly entries: Map<string, Entry>;
  /** True when the table may have rows of the group that are not among the entries. */
  readonly isForgotten: boolean;
}

/**
 * The known rows of a table whose key has several columns, by the first one and then by the rest: a projection reads
 * all rows of a stream, and joining two long texts for each lookup would cost more than the lookup.
 */
class GroupedRows implements KnownRows {
  readonly #key: TableKey;
  readonly #groups = new Map<string, Group>();
  #forgotten: { readonly groups: KeyFilter; readonly keys: KeyFilter } | undefined = {
    groups: new KeyFilter(),
    keys: new KeyFilter(),
  };
  size = 0;

  constructor(key: TableKey) {
    this.#key = key;
  }

  get(keyed: Row): Entry | undefined {
    return this.#groups.get(this.#key.firstOf(keyed))?.entries.get(this.#key.restOf(keyed));
  }

  add(keyed: Row): Entry {
    const name = this.#key.firstOf(keyed);
    const rest = this.#key.restOf(keyed);
    let group = this.#groups.get(name);
    if (!group) {
      group = { entries: new Map(), isForgotten: this.#mayHaveGroup(name) };
      this.#groups.set(name, group);
    }
    const isStored = group.isForgotten && (this.#forgotten?.keys.mayHave(rest, name) ?? true);
    const entry = { row: null, isStored, waits: false };
    group.entries.set(rest, entry);
    this.size++;
    return entry;
  }

  group(where: Row): Row[] | undefined {
    const name = this.#key.firstOf(where);
    const group = this.#groups.get(name);
    if (group?.isForgotten ?? this.#mayHaveGroup(name)) return undefined;
    const rows: Row[] = [];
    if (group) for (const { row } of group.entries.values()) if (row !== null) rows.push({ ...row });
    return rows;
  }

  forget(): void {
    if (this.#forgotten) {
      for (const [name, { entries }] of this.#groups) {
        let isStored = false;
        for (const [rest, { row }] of entries) {
          if (row === null) continue;
          isStored = true;
          this.#forgotten.keys.add(rest, name);
        }
        if (isStored) this.#forgotten.groups.add(name);
      }
    }
    this.#groups.clear();
    this.size = 0;
  }

  distrust(): void {
    this.#forgotten = undefined;
  }

  #mayHaveGroup(name: string): boolean {
    return this.#forgotten?.groups.mayHave(name) ?? true;
  }
}
