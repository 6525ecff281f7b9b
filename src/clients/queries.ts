import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import { cutPage, type Page, type PageRequest } from "../http/paging.ts";
import { clients, clientTotals } from "./tables.ts";

/** A row of the read table. */
export type ClientRow = typeof clients.$inferSelect;

/** What can be read of clients; every question names the owner. */
export interface ClientQueries {
  find(owner: string, id: string): ClientRow | undefined;
  list(owner: string, page: PageRequest): Page<ClientRow>;
}

/** The questions over the read tables; the frequent ones are compiled once. */
export function createClientQueries(read: BunSQLiteDatabase): ClientQueries {
  const byId = read
    .select()
    .from(clients)
    .where(and(eq(clients.owner, sql.placeholder("owner")), eq(clients.id, sql.placeholder("id"))))
    .prepare();
  const totalOf = read
    .select({ count: clientTotals.count })
    .from(clientTotals)
    .where(eq(clientTotals.owner, sql.placeholder("owner")))
    .prepare();

  return {
    find: (owner, id) => byId.get({ owner, id }),
    list(owner, page) {
      const rows = read
        .select()
        .from(clients)
        .where(and(eq(clients.owner, owner), ...(page.by === "cursor" ? [lt(clients.position, page.before)] : [])))
        .orderBy(desc(clients.position))
        .limit(page.limit + 1)
        .offset(page.by === "offset" ? page.offset : 0)
        .all();
      return { ...cutPage(rows, page), total: page.by === "offset" ? (totalOf.get({ owner })?.count ?? 0) : null };
    },
  };
}
