import type { Static } from "@sinclair/typebox";
import type { CampaignRow } from "./queries.ts";
import type { Campaign } from "./schema.ts";

/** Makes the answer of a row. */
export function campaignView(row: CampaignRow): Static<typeof Campaign> {
  const { id, clientId, name, goal, status, productUrl, brief, metadata, createdAt, updatedAt } = row;
  return { id, clientId, name, goal, status, productUrl, brief, metadata, createdAt, updatedAt };
}
