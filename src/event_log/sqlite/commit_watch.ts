import type { Statements } from "../../database/mod.ts";

/**
 * Creates a check for commits of other connections. `data_version` changes with each of them, and not with commits of
 * this one (sqlite.org/pragma.html).
 *
 * @returns a function that returns whether another connection has committed since its last call
 */
export function createCommitWatch(statements: Statements): () => boolean {
  const dataVersion = statements.prepare<{ data_version: number }, []>("PRAGMA data_version");
  let seen = dataVersion.get()?.data_version;
  return () => {
    const version = dataVersion.get()?.data_version;
    const hasChanged = version !== seen;
    seen = version;
    return hasChanged;
  };
}
