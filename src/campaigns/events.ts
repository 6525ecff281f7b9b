import { type Static, Type } from "@sinclair/typebox";
import { JsonObject, Nullable, OneOf } from "../core/schema_kit.ts";
import { defineEvent, type EventOf } from "../event_log/mod.ts";

/** How far a campaign is. */
export const CAMPAIGN_STATUSES = ["draft", "active", "archived"] as const;

/** How far a campaign is. */
export const CampaignStatus = OneOf(CAMPAIGN_STATUSES);

/** What people say of a campaign; null is unknown. */
export const CampaignDetails = Type.Object({
  clientId: Type.String({ minLength: 1, maxLength: 200 }),
  name: Type.String(),
  goal: Nullable(Type.String()),
  status: CampaignStatus,
  productUrl: Nullable(Type.String()),
  brief: Nullable(JsonObject),
  metadata: Nullable(JsonObject),
});

/** What people say of a campaign. */
export type CampaignDetails = Static<typeof CampaignDetails>;

/** Somebody made a campaign of a client. */
export const CampaignCreated = defineEvent("CampaignCreated", 1, "Somebody made a campaign.", CampaignDetails);

/** Somebody changed what is said of a campaign, or its client; absent fields stay as they were. */
export const CampaignUpdated = defineEvent(
  "CampaignUpdated",
  1,
  "Somebody changed a campaign.",
  Type.Partial(CampaignDetails),
);

/** Somebody deleted the campaign; its history stays. */
export const CampaignDeleted = defineEvent("CampaignDeleted", 1, "Somebody deleted a campaign.", Type.Object({}), {
  isEssential: true,
});

/** Types of events after which things can no longer be put into a campaign and its client. */
export const CAMPAIGN_ENDS: readonly string[] = [CampaignUpdated.type, CampaignDeleted.type];

/** Types of events that can put a campaign into a client. */
export const CAMPAIGN_JOINS: readonly string[] = [CampaignCreated.type, CampaignUpdated.type];

/** Every event of a campaign's stream. */
export const campaignEvents = [CampaignCreated, CampaignUpdated, CampaignDeleted] as const;

/** An event of a campaign's stream. */
export type CampaignEvent = EventOf<(typeof campaignEvents)[number]>;

/** The name of a campaign's stream. */
export function campaignStream(campaignId: string): string {
  return `campaign-${campaignId}`;
}

/** The campaign whose stream an event is in. */
export function campaignIdOf({ stream }: { readonly stream: string }): string {
  return stream.slice("campaign-".length);
}
