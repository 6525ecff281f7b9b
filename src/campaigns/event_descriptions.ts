import { type Telling, telling } from "../history/event_descriptions.ts";
import { listed, quoted } from "../history/words.ts";
import { CampaignCreated, CampaignDeleted, type CampaignEvent, CampaignUpdated } from "./events.ts";

const FIELDS: Readonly<Record<string, string>> = { clientId: "client", productUrl: "product page" };

/** What people are told of a campaign's events. */
export const campaignTellings = {
  CampaignCreated: telling(CampaignCreated, ({ data }) => `The campaign ${quoted(data.name)} was made`),
  CampaignUpdated: telling(CampaignUpdated, ({ data }) => {
    return `The campaign was changed: ${listed(Object.keys(data).map((field) => FIELDS[field] ?? field))}`;
  }),
  CampaignDeleted: telling(CampaignDeleted, () => "The campaign was deleted"),
} satisfies Record<CampaignEvent["type"], Telling>;
