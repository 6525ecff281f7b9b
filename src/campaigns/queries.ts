import type { Static } from "@sinclair/typebox";
import { and, asc, desc, eq, lt, sql, sum } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import { compiledQueries, whereGiven } from "../database/mod.ts";
import { cutPage, type Page, type PageRequest, pageConditions } from "../http/paging.ts";
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

  const pages = compiledQueries((has) =>
    read
      .select()
      .from(campaigns)
      .where(
        and(
          eq(campaigns.owner, sql.placeholder("owner")),
          ...whereGiven(has, { client_id: campaigns.clientId, status: campaigns.status }),
          has("before") ? lt(campaigns.position, sql.placeholder("before")) : undefined,
        ),
      )
      .orderBy(desc(campaigns.position))
      .limit(sql.placeholder("limit"))
      .offset(sql.placeholder("offset"))
      .prepare(),
  );
  const totals = compiledQueries((has) => {
    const { owner, clientId, status } = campaignTotals;
    return read
      .select({ total: sum(campaignTotals.count) })
      .from(campaignTotals)
      .where(and(eq(owner, sql.placeholder("owner")), ...whereGiven(has, { client_id: clientId, status })))
      .prepare();
  });

  function count(owner: string, filter: CampaignFilter): number {
    return Number(totals(filter).get({ owner, ...filter })?.total ?? 0);
  }

  return {
    find: (owner, id) => byId.get({ owner, id }),
    idsOf: (owner, clientId) => byClient.all({ owner, clientId }).map(({ id }) => id),
    count,
    list(owner, filter, page) {
      const { client_id, status } = filter;
      const asked = { client_id, status, ...pageConditions(page) };
      const rows = pages(asked).all({ owner, ...asked });
      return { ...cutPage(rows, page), total: page.by === "offset" ? count(owner, { client_id, status }) : null };
    },
  };
}
