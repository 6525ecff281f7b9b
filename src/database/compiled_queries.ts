import { eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";

/** The conditions of a query by name; undefined ones are left out. */
export type Conditions = Readonly<Record<string, unknown>>;

/** Returns true for a condition that the query has. */
export type Has = (name: string) => boolean;

/**
 * Compiles a query once for each combination of conditions, at its first use: building a query and compiling it in
 * SQLite costs as much as reading a page.
 *
 * @param compile builds the query with some of the conditions; each has a placeholder of its name
 * @returns a function that finds the query for a set of conditions; their values are passed to the query itself
 *
 * @example
 * ```ts
 * const list = compiledQueries((has) =>
 *   read.select().from(jobs).where(and(...whereGiven(has, { status: jobs.status }))).prepare(),
 * );
 * list({ status: "failed" }).all({ status: "failed" });
 * ```
 */
export function compiledQueries<Query>(compile: (has: Has) => Query): (conditions: Conditions) => Query {
  const compiled = new Map<string, Query>();
  return (conditions) => {
    const names = Object.keys(conditions).filter((name) => conditions[name] !== undefined);
    const key = names.sort().join();
    const query = compiled.get(key) ?? compile((name) => names.includes(name));
    compiled.set(key, query);
    return query;
  };
}

/** Returns, for each condition that a query has, that the column of its name equals it. */
export function whereGiven(has: Has, columns: Readonly<Record<string, SQLiteColumn>>): SQL[] {
  return Object.entries(columns)
    .filter(([name]) => has(name))
    .map(([name, column]) => eq(column, sql.placeholder(name)));
}
