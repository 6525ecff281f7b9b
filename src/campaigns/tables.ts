import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { CampaignDetails } from "./events.ts";

/** The read table of campaigns; deleted ones are only in the log. */
export const campaigns = sqliteTable(
  "campaigns",
  {
    id: text().primaryKey(),
    owner: text().notNull(),
    /** The position of `CampaignCreated`: the order of lists. */
    position: integer().notNull(),
    clientId: text("client_id").notNull(),
    name: text().notNull(),
    goal: text(),
    status: text().$type<CampaignDetails["status"]>().notNull(),
    productUrl: text("product_url"),
    brief: text({ mode: "json" }).$type<Record<string, unknown>>(),
    metadata: text({ mode: "json" }).$type<Record<string, unknown>>(),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
  },
  (table) => [
    // Each list filter is a prefix of an index that ends in the position, so that a page costs the same at any depth.
    index("campaigns_by_owner").on(table.owner, table.position),
    index("campaigns_by_status").on(table.owner, table.status, table.position),
    index("campaigns_by_client").on(table.owner, table.clientId, table.position),
    index("campaigns_by_client_status").on(table.owner, table.clientId, table.status, table.position),
  ],
);

/** The number of campaigns by client and status, so that lists need not count rows. */
export const campaignTotals = sqliteTable(
  "campaign_totals",
  {
    owner: text().notNull(),
    clientId: text("client_id").notNull(),
    status: text().$type<CampaignDetails["status"]>().notNull(),
    count: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.clientId, table.status] })],
);
