import type { Database } from "bun:sqlite";

/**
 * Runs asynchronous work in one immediate transaction, which `Database.transaction` does for synchronous work only.
 * Nothing else may use the connection meanwhile. Transactions within the work become savepoints.
 */
export async function inOneTransaction<Result>(db: Database, work: () => Promise<Result>): Promise<Result> {
  db.run("BEGIN IMMEDIATE");
  try {
    const result = await work();
    db.run("COMMIT");
    return result;
  } catch (error) {
    // SQLite itself rolls back after some errors, such as a full disk.
    if (db.inTransaction) db.run("ROLLBACK");
    throw error;
  }
}
