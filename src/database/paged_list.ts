import { and, desc, eq, lt, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteSelect } from "drizzle-orm/sqlite-core";
import { assertWhole, type Page, type PageRequest, takeFitting } from "../core/paging.ts";
import { type Conditions, compiledQueries, type Has } from "./compiled_queries.ts";

/** A list of an owner's resources, newest first. Undefined filters are ignored. */
export interface PagedList<Row> {
  page(owner: string, filters: Conditions, request: PageRequest): Page<Row>;
  /** Returns the number of all rows that match. */
  count(owner: string, filters: Conditions): number;
}

/** The queries of a list, each compiled for a set of filters; all take the owner by the placeholder `owner`. */
export interface ListQueries<Row> {
  /** The query of a page, as {@linkcode pageQuery} builds it. */
  readonly rows: (has: Has) => { all(values: Values): readonly Row[] };
  /** The query of one number: a sum, which SQLite returns as null when there are no rows. */
  readonly total: (has: Has) => { get(values: Values): { readonly total: string | number | null } | undefined };
}

type Values = Record<string, unknown>;

/** Creates a list from its queries, which are compiled once for each combination of filters. */
export function createPagedList<Row extends { readonly position: number }>(queries: ListQueries<Row>): PagedList<Row> {
  const pages = compiledQueries(queries.rows);
  const totals = compiledQueries(queries.total);

  function count(owner: string, filters: Conditions): number {
    return Number(totals(filters).get({ ...filters, owner })?.total ?? 0);
  }

  return {
    count,
    page(owner, filters, request) {
      const { limit } = request;
      const start = request.by === "cursor" ? request.before : undefined;
      const skipped = request.by === "offset" ? request.offset : 0;
      // One more than the limit shows if there is a next page.
      const { items: rows, isCut } = takeFitting<Row>(limit + 1, (taken, size) => {
        const last = taken.at(-1)?.position;
        const conditions = { ...filters, before: last ?? start };
        const offset = last === undefined ? skipped : 0;
        return pages(conditions).all({ ...conditions, owner, limit: size, offset });
      });
      if (isCut && rows.length < limit) assertWhole(request, rows.length);
      const items = rows.slice(0, limit);
      const next = isCut || rows.length > limit ? (items.at(-1)?.position ?? null) : null;
      return { items, next, total: request.by === "offset" ? count(owner, filters) : null };
    },
  };
}

/** The columns and filters that define a page. */
export interface PageQueryOptions {
  readonly has: Has;
  readonly owner: SQLiteColumn;
  /** The order of the list; with an index that ends in this column, a page costs the same at any depth. */
  readonly position: SQLiteColumn;
  /** The filters. */
  readonly where?: readonly SQL[];
}

/** Limits a query to one page, for {@linkcode createPagedList}. */
export function pageQuery<Query extends SQLiteSelect>(query: Query, options: PageQueryOptions) {
  const { has, owner, position, where = [] } = options;
  const start = has("before") ? lt(position, sql.placeholder("before")) : undefined;
  return query
    .where(and(eq(owner, sql.placeholder("owner")), ...where, start))
    .orderBy(desc(position))
    .limit(sql.placeholder("limit"))
    .offset(sql.placeholder("offset"));
}
