import { changedAtOf, createdAtOf, defineProjection, type TableWriter, when } from "../event_log/mod.ts";
import { CampaignCreated, CampaignDeleted, CampaignUpdated, campaignIdOf } from "./events.ts";
import { campaigns, campaignTotals } from "./tables.ts";

type CampaignRow = typeof campaigns.$inferSelect;

/** The read tables of campaigns. */
export const campaignsProjection = defineProjection("campaigns", 1, {
  tables: [campaigns, campaignTotals],
  on: [
    when(CampaignCreated, (rows, event) => {
      const campaign: CampaignRow = {
        id: campaignIdOf(event),
        owner: event.metadata.owner,
        position: event.position,
        ...event.data,
        createdAt: createdAtOf(event),
        updatedAt: changedAtOf(event),
      };
      rows.insert(campaigns, campaign);
      count(rows, campaign, 1);
    }),
    when(CampaignUpdated, (rows, event) => {
      const id = campaignIdOf(event);
      const before = rows.find(campaigns, { id });
      if (!before) return;
      rows.update(campaigns, { id }, { ...event.data, updatedAt: changedAtOf(event) });
      count(rows, before, -1);
      count(rows, { ...before, ...event.data }, 1);
    }),
    when(CampaignDeleted, (rows, event) => {
      const campaign = rows.find(campaigns, { id: campaignIdOf(event) });
      if (!campaign) return;
      rows.delete(campaigns, { id: campaign.id });
      count(rows, campaign, -1);
    }),
  ],
});

function count(rows: TableWriter, { owner, clientId, status }: CampaignRow, by: 1 | -1): void {
  const key = { owner, clientId, status };
  const total = (rows.find(campaignTotals, key)?.count ?? 0) + by;
  if (total === 0) rows.delete(campaignTotals, key);
  else rows.upsert(campaignTotals, { ...key, count: total });
}
