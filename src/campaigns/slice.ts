import { campaignEventDescriptions } from "./event_descriptions.ts";
import { campaignEvents } from "./events.ts";
import { campaignsProjection } from "./projection.ts";

/** The events of campaigns, their descriptions and their projections. */
export const campaignSlice = {
  streamKind: "campaign",
  events: campaignEvents,
  descriptions: campaignEventDescriptions,
  projections: [campaignsProjection],
};
