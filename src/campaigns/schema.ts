import { Type } from "@sinclair/typebox";
import { Name, Nullable, OneOf, OptionalObject, OptionalUrl, Prose, Reference, Time } from "../core/schema_kit.ts";
import { PageQuery } from "../http/mod.ts";
import { CAMPAIGN_STATUSES, CampaignStatus } from "./events.ts";
import { campaignExample } from "./examples.ts";

const fields = {
  goal: Type.Optional(Nullable(Prose(10_000, { examples: [campaignExample.goal] }))),
  status: Type.Optional(OneOf(CAMPAIGN_STATUSES, { description: "`draft` when a new campaign names none." })),
  productUrl: Type.Optional(OptionalUrl),
  brief: Type.Optional(OptionalObject),
  metadata: Type.Optional(OptionalObject),
};

/** The body of POST `/campaigns`. */
export const CampaignBody = Type.Object(
  { clientId: Reference, name: Name, ...fields },
  { title: "CampaignBody", additionalProperties: false },
);

/** The body of PUT `/campaigns/{id}`: absent fields stay unchanged, a given one is replaced whole. */
export const CampaignChanges = Type.Partial(CampaignBody, { title: "CampaignChanges", additionalProperties: false });

/** The query of GET `/campaigns`. */
export const CampaignQuery = Type.Object({
  client_id: Type.Optional({ ...Reference, description: "Only campaigns of this client." }),
  status: Type.Optional({ ...CampaignStatus, description: "Only campaigns with this status; all when absent." }),
  ...PageQuery,
});

/** A campaign in responses. Unknown values are null. */
export const Campaign = Type.Object(
  {
    id: Type.String(),
    clientId: Type.String(),
    name: Type.String(),
    goal: Nullable(Type.String()),
    status: CampaignStatus,
    productUrl: Nullable(Type.String()),
    brief: OptionalObject,
    metadata: OptionalObject,
    createdAt: Time,
    updatedAt: Time,
  },
  { title: "Campaign", additionalProperties: false, examples: [campaignExample] },
);
