import { type DetailsCommand, detailsDecider } from "../event_log/mod.ts";
import { type CampaignDetails, campaignEvents } from "./events.ts";

/** A command of a campaign. */
export type CampaignCommand = DetailsCommand<CampaignDetails>;

/** The decider of a campaign. Its own `status` is informative and restricts nothing. */
export const campaignDecider = detailsDecider<CampaignDetails>("campaign", campaignEvents);
