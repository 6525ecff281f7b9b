import { eq, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { ClientOrCampaign } from "../core/client_scope.ts";

/** Returns the condition that rows belong to a client or a campaign. */
export function inClientScope(
  columns: { readonly clientId: SQLiteColumn; readonly campaignId: SQLiteColumn },
  where: ClientOrCampaign,
): SQL {
  return "clientId" in where ? eq(columns.clientId, where.clientId) : eq(columns.campaignId, where.campaignId);
}
