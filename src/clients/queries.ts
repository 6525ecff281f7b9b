import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import { compiledQueries } from "../database/mod.ts";
import { cutPage, type Page, type PageRequest, pageConditions } from "../http/paging.ts";
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
  const pages = compiledQueries((has) =>
    read
      .select()
      .from(clients)
      .where(
        and(
          eq(clients.owner, sql.placeholder("owner")),
          has("before") ? lt(clients.position, sql.placeholder("before")) : undefined,
        ),
      )
      .orderBy(desc(clients.position))
      .limit(sql.placeholder("limit"))
      .offset(sql.placeholder("offset"))
      .prepare(),
  );

  return {
    find: (owner, id) => byId.get({ owner, id }),
    list(owner, page) {
      const asked = pageConditions(page);
      const rows = pages(asked).all({ owner, ...asked });
      return { ...cutPage(rows, page), total: page.by === "offset" ? (totalOf.get({ owner })?.count ?? 0) : null };
    },
  };
}
