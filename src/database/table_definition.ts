import type { Database } from "bun:sqlite";
import { is, SQL } from "drizzle-orm";
import {
  getTableConfig,
  type IndexColumn,
  type SQLiteColumn,
  SQLiteInteger,
  SQLiteSyncDialect,
  type SQLiteTable,
} from "drizzle-orm/sqlite-core";

/** An index of a table's definition. */
export interface IndexDefinition {
  readonly name: string;
  /** The columns as SQL, e.g. `` `owner` `` or an expression. */
  readonly columns: readonly string[];
  readonly isUnique: boolean;
  /** The condition of a partial index, as SQL. */
  readonly where: string | undefined;
}

const dialect = new SQLiteSyncDialect();

/** Creates an empty table from its definition, with its indexes. */
export function createTable(db: Database, table: SQLiteTable): void {
  const { name } = getTableConfig(table);
  db.run(createTableSql(table, name));
  for (const index of indexesOf(table)) db.run(createIndexSql(index, name));
}

/**
 * Returns the statement that creates a table without its indexes. It is the one that drizzle-kit generates.
 *
 * @throws {Error} when the definition has a foreign key, a check or a generated column, which no read table needs
 */
export function createTableSql(table: SQLiteTable, tableName: string): string {
  const { name, columns, primaryKeys, foreignKeys, checks } = getTableConfig(table);
  if (foreignKeys.length > 0 || checks.length > 0 || columns.some(({ generated }) => generated !== undefined)) {
    throw new Error(
      `Cannot create ${name}: foreign keys, checks and generated columns are not supported in read tables`,
    );
  }
  const keys = primaryKeys.map(
    ({ columns: of }) => `PRIMARY KEY(${of.map((column) => quoted(column.name)).join(", ")})`,
  );
  const lines = [...columns.map(columnSql), ...keys].map((line) => `\t${line}`);
  return `CREATE TABLE ${quoted(tableName)} (\n${lines.join(",\n")}\n);\n`;
}

/** Returns the statement that creates an index. */
export function createIndexSql({ name, columns, isUnique, where }: IndexDefinition, tableName: string): string {
  const condition = where === undefined ? "" : ` WHERE ${where}`;
  return `CREATE ${isUnique ? "UNIQUE " : ""}INDEX ${quoted(name)} ON ${quoted(tableName)} (${columns.join(",")})${condition};`;
}

/** Returns the indexes of a table's definition, including those of unique columns. */
export function indexesOf(table: SQLiteTable): IndexDefinition[] {
  const { columns, indexes, uniqueConstraints } = getTableConfig(table);
  return [
    ...columns.flatMap(({ isUnique, uniqueName, name }) =>
      isUnique && uniqueName !== undefined
        ? [{ name: uniqueName, columns: [quoted(name)], isUnique: true, where: undefined }]
        : [],
    ),
    ...indexes.map(({ config }) => ({
      name: config.name,
      columns: config.columns.map(indexColumnSql),
      isUnique: config.unique,
      where: config.where && sqlText(config.where),
    })),
    ...uniqueConstraints.map((unique) => ({
      name: unique.getName() ?? unique.columns.map(({ name }) => name).join("_"),
      columns: unique.columns.map(({ name }) => quoted(name)),
      isUnique: true,
      where: undefined,
    })),
  ];
}

function columnSql(column: SQLiteColumn): string {
  const { name, primary, notNull } = column;
  const isCounted = is(column, SQLiteInteger) && column.autoIncrement;
  const key = primary ? ` PRIMARY KEY${isCounted ? " AUTOINCREMENT" : ""}` : "";
  return `${quoted(name)} ${column.getSQLType()}${key}${defaultSql(column)}${notNull ? " NOT NULL" : ""}`;
}

function defaultSql(column: SQLiteColumn): string {
  const value: unknown = column.default;
  if (value === undefined) return "";
  if (is(value, SQL)) return ` DEFAULT ${sqlText(value)}`;
  const driver: unknown = column.mapToDriverValue(value);
  const text = typeof driver === "number" ? String(driver) : `'${String(driver).replaceAll("'", "''")}'`;
  return ` DEFAULT ${text}`;
}

function indexColumnSql(column: IndexColumn): string {
  return is(column, SQL) ? sqlText(column) : quoted(column.name);
}

/** Returns SQL without table names before columns and with values as literals: a definition has no parameters. */
function sqlText(sql: SQL): string {
  return dialect.sqlToQuery(sql.inlineParams(), "indexes").sql;
}

function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
