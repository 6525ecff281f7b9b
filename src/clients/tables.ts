import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { BrandGuidelines } from "./guidelines.ts";

/** The read table of clients; deleted ones are only in the log. */
export const clients = sqliteTable(
  "clients",
  {
    id: text().primaryKey(),
    owner: text().notNull(),
    /** The position of `ClientCreated`: the order of lists. */
    position: integer().notNull(),
    name: text().notNull(),
    description: text(),
    homepage: text(),
    brandGuidelines: text("brand_guidelines", { mode: "json" }).$type<BrandGuidelines>(),
    metadata: text({ mode: "json" }).$type<Record<string, unknown>>(),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
  },
  (table) => [index("clients_by_owner").on(table.owner, table.position)],
);

/** The number of clients by owner, so that lists need not count rows. */
export const clientTotals = sqliteTable("client_totals", {
  owner: text().primaryKey(),
  count: integer().notNull(),
});
