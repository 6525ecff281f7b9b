import { and, eq, sql } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { Page, PageRequest } from "../core/paging.ts";
import { createPagedList, pageQuery } from "../database/mod.ts";
import { clients, clientTotals } from "./tables.ts";

/** A row of the read table. */
export type ClientRow = typeof clients.$inferSelect;

/** The read queries of clients. */
export interface ClientQueries {
  find(owner: string, id: string): ClientRow | undefined;
  list(owner: string, page: PageRequest): Page<ClientRow>;
}

/** Creates the queries over the read tables. */
export function createClientQueries(read: BunSQLiteDatabase): ClientQueries {
  const byId = read
    .select()
    .from(clients)
    .where(and(eq(clients.owner, sql.placeholder("owner")), eq(clients.id, sql.placeholder("id"))))
    .prepare();
  const byOwner = createPagedList({
    rows(has) {
      const { owner, position } = clients;
      return pageQuery(read.select().from(clients).$dynamic(), { has, owner, position }).prepare();
    },
    total: () =>
      read
        .select({ total: clientTotals.count })
        .from(clientTotals)
        .where(eq(clientTotals.owner, sql.placeholder("owner")))
        .prepare(),
  });

  return {
    find: (owner, id) => byId.get({ owner, id }),
    list: (owner, page) => byOwner.page(owner, {}, page),
  };
}
