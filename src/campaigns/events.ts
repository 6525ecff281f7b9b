import { type Static, Type } from "@sinclair/typebox";
import { Nullable, OneOf, OptionalObject } from "../core/schema_kit.ts";
import { defineEvent, type EventOf } from "../event_log/mod.ts";

/** Every status of a campaign. */
export const CAMPAIGN_STATUSES = ["draft", "active", "archived"] as const;

/** The status of a campaign. */
export const CampaignStatus = OneOf(CAMPAIGN_STATUSES);

/** The details of a campaign; null is unknown. */
export const CampaignDetails = Type.Object({
  clientId: Type.String({ minLength: 1, maxLength: 200 }),
  name: Type.String(),
  goal: Nullable(Type.String()),
  status: CampaignStatus,
  productUrl: Nullable(Type.String()),
  brief: OptionalObject,
  metadata: OptionalObject,
});

/** The details of a campaign. */
export type CampaignDetails = Static<typeof CampaignDetails>;

/** A user created a campaign of a client. */
export const CampaignCreated = defineEvent("CampaignCreated", 1, "A user created a campaign.", CampaignDetails);

/** A user changed the details of a campaign, or its client; absent fields stay unchanged. */
export const CampaignUpdated = defineEvent(
  "CampaignUpdated",
  1,
  "A user changed a campaign.",
  Type.Partial(CampaignDetails),
);

/** A user deleted the campaign; its history stays. */
export const CampaignDeleted = defineEvent("CampaignDeleted", 1, "A user deleted a campaign.", Type.Object({}), {
  isEssential: true,
});

/** Types of events that can end a campaign or take it from its client. */
export const CAMPAIGN_ENDS: readonly string[] = [CampaignUpdated.type, CampaignDeleted.type];

/** Types of events that can add a campaign to a client. */
export const CAMPAIGN_JOINS: readonly string[] = [CampaignCreated.type, CampaignUpdated.type];

/** Every event of a campaign's stream. */
export const campaignEvents = [CampaignCreated, CampaignUpdated, CampaignDeleted] as const;

/** An event of a campaign's stream. */
export type CampaignEvent = EventOf<(typeof campaignEvents)[number]>;

/** Returns the name of a campaign's stream. */
export function campaignStream(campaignId: string): string {
  return `campaign-${campaignId}`;
}

/** Returns the id of the campaign whose stream an event is in. */
export function campaignIdOf({ stream }: { readonly stream: string }): string {
  return stream.slice("campaign-".length);
}
