import { KeyFilter } from "./key_filter.ts";
import type { Row } from "./row_shape.ts";
import type { TableKey } from "./table_key.ts";

/** A row as a buffer knows it. */
export interface Entry {
  /** null when there is none. */
  row: Row | null;
  /** Whether the table has, or may have, a row of this key; that row may be an older one. */
  isStored: boolean;
  /** Whether the table does not have the row as it is here. */
  waits: boolean;
  /** Its primary key, once it is to be deleted. */
  key?: Row;
}

/** The rows of a table that are known, by primary key, and which others the table may have. */
export interface KnownRows {
  /** How many keys are known. */
  readonly size: number;
  get(keyed: Row): Entry | undefined;
  /** Adds an entry of a key that is not known; {@linkcode Entry.isStored} says whether the table may have it. */
  add(keyed: Row): Entry;
  /** All rows with this first column of a composite key, in no order; undefined when the table may have more. */
  group(where: Row): Row[] | undefined;
  /** Forgets all entries; the table has their rows. */
  forget(): void;
  /** From now on the table may have any row. */
  distrust(): void;
}

/** Makes the memory of an empty table. */
export function createKnownRows(key: TableKey): KnownRows {
  return key.columns.length > 1 ? new GroupedRows(key) : new SingleRows(key);
}

/** Rows of a key of one column. */
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
  /** Whether the table may have rows of the group that are not among the entries. */
  readonly isForgotten: boolean;
}

/**
 * Rows of a key of several columns, by its first one and then by the rest: a projection asks for all rows of a stream,
 * and joining two long texts for each lookup would cost more than the lookup.
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
