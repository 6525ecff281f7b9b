import { describeEvent, type EventDescription, listed, quoted } from "../history/mod.ts";
import { CampaignCreated, CampaignDeleted, type CampaignEvent, CampaignUpdated } from "./events.ts";

const FIELDS: Readonly<Record<string, string>> = { clientId: "client", productUrl: "product page" };

/** The descriptions of a campaign's events, for histories and feeds. */
export const campaignEventDescriptions = {
  CampaignCreated: describeEvent(CampaignCreated, ({ data }) => `The campaign ${quoted(data.name)} was created`),
  CampaignUpdated: describeEvent(CampaignUpdated, ({ data }) => {
    return `The campaign was changed: ${listed(Object.keys(data).map((field) => FIELDS[field] ?? field))}`;
  }),
  CampaignDeleted: describeEvent(CampaignDeleted, () => "The campaign was deleted"),
} satisfies Record<CampaignEvent["type"], EventDescription>;
