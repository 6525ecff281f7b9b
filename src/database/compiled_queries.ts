import { eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";

/** The conditions of a query by name; those that are undefined are none. */
export type Conditions = Readonly<Record<string, unknown>>;

/** Says of a condition whether the query has it. */
export type Has = (name: string) => boolean;

/**
 * Compiles a query once for each combination of conditions that it is asked with, at the first time: to build one and
 * have SQLite compile it costs as much as reading a page.
 *
 * @param compile makes the query with some of the conditions; each has a placeholder of its name
 * @returns a function that finds the query for conditions, whose values the query itself is then given
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

/** For each condition that a query has, that the column of its name equals it. */
export function whereGiven(has: Has, columns: Readonly<Record<string, SQLiteColumn>>): SQL[] {
  return Object.entries(columns)
    .filter(([name]) => has(name))
    .map(([name, column]) => eq(column, sql.placeholder(name)));
}
