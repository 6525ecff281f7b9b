import type { Static } from "@sinclair/typebox";
import { and, asc, eq, sql, sum } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { Page, PageRequest } from "../core/paging.ts";
import { createPagedList, pageQuery, whereGiven } from "../database/mod.ts";
import type { CampaignQuery } from "./schema.ts";
import { campaigns, campaignTotals } from "./tables.ts";

/** A row of the read table. */
export type CampaignRow = typeof campaigns.$inferSelect;

/** The filters of a list. */
export type CampaignFilter = Pick<Static<typeof CampaignQuery>, "client_id" | "status">;

/** The read queries of campaigns. */
export interface CampaignQueries {
  find(owner: string, id: string): CampaignRow | undefined;
  list(owner: string, filter: CampaignFilter, page: PageRequest): Page<CampaignRow>;
  /** Counts campaigns without reading their rows. */
  count(owner: string, filter: CampaignFilter): number;
  /** Returns the campaigns of a client, oldest first. */
  idsOf(owner: string, clientId: string): string[];
}

/** Creates the queries over the read tables. */
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

  const filtered = createPagedList({
    rows(has) {
      const { owner, position, clientId, status } = campaigns;
      const where = whereGiven(has, { client_id: clientId, status });
      return pageQuery(read.select().from(campaigns).$dynamic(), { has, owner, position, where }).prepare();
    },
    total(has) {
      const { owner, clientId, status } = campaignTotals;
      return read
        .select({ total: sum(campaignTotals.count) })
        .from(campaignTotals)
        .where(and(eq(owner, sql.placeholder("owner")), ...whereGiven(has, { client_id: clientId, status })))
        .prepare();
    },
  });

  return {
    find: (owner, id) => byId.get({ owner, id }),
    idsOf: (owner, clientId) => byClient.all({ owner, clientId }).map(({ id }) => id),
    count: (owner, { client_id, status }) => filtered.count(owner, { client_id, status }),
    list: (owner, { client_id, status }, page) => filtered.page(owner, { client_id, status }, page),
  };
}
