import { type DetailsCommand, type DetailsCommands, type DetailsKind, detailsDecider } from "../event_log/mod.ts";
import { type CampaignDetails, campaignEvents, campaignStream } from "./events.ts";

/** A command of a campaign. */
export type CampaignCommand = DetailsCommand<CampaignDetails>;

/** The commands of users on campaigns. */
export type CampaignCommands = DetailsCommands<CampaignDetails>;

/** The decider of a campaign. Its own `status` is informative and restricts nothing. */
export const campaignDecider = detailsDecider<CampaignDetails>("campaign", campaignEvents);

/** Campaigns, as a resource that has only details. */
export const campaignKind: DetailsKind<CampaignDetails> = {
  noun: "campaign",
  decider: campaignDecider,
  streamOf: campaignStream,
};
