import type { Database, SQLQueryBindings } from "bun:sqlite";

/** The compiled statements of one user of a database, which are finalised together. */
export type Statements = ReturnType<typeof trackStatements>;

/**
 * Tracks the statements of one user of a database.
 *
 * `Database.close()` leaves the file open until the last prepared statement is finalised, and `Database.query` caches
 * only twenty.
 */
export function trackStatements(db: Database) {
  const prepared: { finalize(): void }[] = [];

  /** Compiles a statement that lives until all of them are disposed of. */
  function prepare<Row, Parameters extends SQLQueryBindings[]>(sql: string) {
    const statement = db.prepare<Row, Parameters>(sql);
    prepared.push(statement);
    return statement;
  }

  function dispose(): void {
    for (const statement of prepared.splice(0)) statement.finalize();
  }

  return { prepare, [Symbol.dispose]: dispose };
}
