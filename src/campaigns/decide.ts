import { diffFields } from "../core/diff_fields.ts";
import { notFound } from "../core/not_found.ts";
import type { Decider } from "../event_log/mod.ts";
import {
  CampaignCreated,
  CampaignDeleted,
  type CampaignDetails,
  type CampaignEvent,
  CampaignUpdated,
  campaignEvents,
} from "./events.ts";

/** What the rules need to know of a campaign. */
export type CampaignState =
  | { readonly status: "unknown" | "deleted" }
  | { readonly status: "present"; readonly details: CampaignDetails };

/** What can be asked of a campaign. */
export type CampaignCommand =
  | { readonly do: "create"; readonly campaign: CampaignDetails }
  | { readonly do: "update"; readonly changes: Partial<CampaignDetails> }
  | { readonly do: "delete" };

/** The rules of a campaign: made, changed, deleted. Its own `status` is what people say of it, and binds nothing. */
export const campaignDecider: Decider<CampaignState, CampaignEvent, CampaignCommand> = {
  events: campaignEvents,
  initial: () => ({ status: "unknown" }),
  evolve,
  decide,
};

function evolve(state: CampaignState, event: CampaignEvent): CampaignState {
  switch (event.type) {
    case "CampaignCreated":
      return { status: "present", details: event.data };
    case "CampaignUpdated":
      return state.status === "present" ? { ...state, details: { ...state.details, ...event.data } } : state;
    case "CampaignDeleted":
      return { status: "deleted" };
  }
}

function decide(campaign: CampaignState, command: CampaignCommand): readonly CampaignEvent[] {
  if (command.do === "create") {
    // The id of a retried request is made of its Idempotency-Key, so the campaign may be there: that is the answer.
    return campaign.status === "unknown" ? [CampaignCreated.of(command.campaign)] : [];
  }
  if (campaign.status !== "present") {
    throw notFound("campaign");
  }
  if (command.do === "delete") return [CampaignDeleted.of({})];
  const changes = diffFields(campaign.details, command.changes);
  return Object.keys(changes).length > 0 ? [CampaignUpdated.of(changes)] : [];
}
