/** SQLite files: opening, migrating, tables from their definitions, statements, and locks between processes. */
export { compiledQueries, type Has, whereGiven } from "./compiled_queries.ts";
export { type DiskReserve, makeRoomToOpen, openDiskReserve } from "./disk_reserve.ts";
export { inClientScope } from "./in_client_scope.ts";
export { inOneTransaction } from "./in_one_transaction.ts";
export { MIGRATIONS_DIR, migrate, pendingMigrations } from "./migrate.ts";
export { openDatabase } from "./open_database.ts";
export { openImmutable } from "./open_immutable.ts";
export { createPagedList, pageQuery } from "./paged_list.ts";
export { isProcessLocked, type ProcessLock, tryProcessLock } from "./process_lock.ts";
export { isBusy } from "./sqlite_error.ts";
export { type Statements, trackStatements } from "./statements.ts";
export { createIndexSql, createTable, createTableSql, indexesOf } from "./table_definition.ts";
export { misshapenTables, unquoted } from "./table_shape.ts";
