import { accessEventDescriptions, accessEvents, apiKeysProjection } from "../access/mod.ts";
import {
  AssetDeleted,
  AssetFailed,
  assetEventDescriptions,
  assetEvents,
  assetsProjection,
  blobsProjection,
} from "../assets/mod.ts";
import { campaignEventDescriptions, campaignEvents, campaignsProjection } from "../campaigns/mod.ts";
import { clientEventDescriptions, clientEvents, clientsProjection } from "../clients/mod.ts";
import { type EventType, idempotencyProjection, type Projection } from "../event_log/mod.ts";
import type { EventDescriptions } from "../history/mod.ts";
import { jobEventDescriptions, jobEvents, jobsProjection, scenesProjection } from "../jobs/mod.ts";
import type { RetentionOptions } from "../retention/mod.ts";

/** Every event type of every slice; each has a fixture per version under test/fixtures/events/. */
export const allEvents: readonly EventType[] = [
  ...assetEvents,
  ...clientEvents,
  ...campaignEvents,
  ...jobEvents,
  ...accessEvents,
];

/** The retention rules: a content is needed from the event that names it until a later event of its stream releases it. */
export const retentionRules: RetentionOptions = { events: allEvents, releasedBy: [AssetDeleted, AssetFailed] };

/** The descriptions of all events. */
export const allEventDescriptions: EventDescriptions = {
  ...assetEventDescriptions,
  ...clientEventDescriptions,
  ...campaignEventDescriptions,
  ...jobEventDescriptions,
  ...accessEventDescriptions,
};

/** Every projection of every slice, brought up to date at a start and rebuilt by `replay`. */
export const allProjections: readonly Projection[] = [
  idempotencyProjection,
  assetsProjection,
  blobsProjection,
  clientsProjection,
  campaignsProjection,
  jobsProjection,
  scenesProjection,
  apiKeysProjection,
];
