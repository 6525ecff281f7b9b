import type { Static } from "@sinclair/typebox";
import { and, asc, desc, eq, lt, type SQL, sql, sum } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { cutPage, type Page, type PageRequest } from "../http/paging.ts";
import type { CampaignQuery } from "./schema.ts";
import { campaigns, campaignTotals } from "./tables.ts";

/** A row of the read table. */
export type CampaignRow = typeof campaigns.$inferSelect;

/** The filters of a list. */
export type CampaignFilter = Pick<Static<typeof CampaignQuery>, "client_id" | "status">;

/** What can be read of campaigns; every question names the owner. */
export interface CampaignQueries {
  find(owner: string, id: string): CampaignRow | undefined;
  list(owner: string, filter: CampaignFilter, page: PageRequest): Page<CampaignRow>;
  /** How many there are, without counting rows. */
  count(owner: string, filter: CampaignFilter): number;
  /** The campaigns of a client, oldest first. */
  idsOf(owner: string, clientId: string): string[];
}

/** The questions over the read tables; the frequent ones are compiled once. */
export function createCampaignQueries(read: BunSQLiteDatabase): CampaignQueries {
  const byId = read
    .select()
    .from(campaigns)
    .where(and(eq(campaigns.owner, sql.placeholder("owner")), eq(campaigns.id, sql.placeholder("id"))))
    .prepare();
  const byClient = read
    .select({ id: campaigns.id })
    .from(campaigns)
    .where(and(eq(campaigns.owner, sql.placeholder("owner")), eq(campaigns.clientId, sql.placeholder("clientId"))))
    .orderBy(asc(campaigns.position))
    .prepare();

  function count(owner: string, filter: CampaignFilter): number {
    const found = read
      .select({ total: sum(campaignTotals.count) })
      .from(campaignTotals)
      .where(and(eq(campaignTotals.owner, owner), ...conditionsOf(filter, campaignTotals)))
      .get();
    return Number(found?.total ?? 0);
  }

  return {
    find: (owner, id) => byId.get({ owner, id }),
    idsOf: (owner, clientId) => byClient.all({ owner, clientId }).map(({ id }) => id),
    count,
    list(owner, filter, page) {
      const rows = read
        .select()
        .from(campaigns)
        .where(
          and(
            eq(campaigns.owner, owner),
            ...conditionsOf(filter, campaigns),
            ...(page.by === "cursor" ? [lt(campaigns.position, page.before)] : []),
          ),
        )
        .orderBy(desc(campaigns.position))
        .limit(page.limit + 1)
        .offset(page.by === "offset" ? page.offset : 0)
        .all();
      return { ...cutPage(rows, page), total: page.by === "offset" ? count(owner, filter) : null };
    },
  };
}

function conditionsOf(
  { client_id, status }: CampaignFilter,
  columns: { readonly clientId: SQLiteColumn; readonly status: SQLiteColumn },
): SQL[] {
  return [
    ...(client_id === undefined ? [] : [eq(columns.clientId, client_id)]),
    ...(status === undefined ? [] : [eq(columns.status, status)]),
  ];
}
