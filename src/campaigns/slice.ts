import { campaignEventDescriptions } from "./event_descriptions.ts";
import { campaignEvents } from "./events.ts";
import { campaignsProjection } from "./projection.ts";

/** The events of campaigns, their descriptions, and what is projected from them. */
export const campaignSlice = {
  events: campaignEvents,
  descriptions: campaignEventDescriptions,
  projections: [campaignsProjection],
};
