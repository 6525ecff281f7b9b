import { accessEventDescriptions, accessEvents, apiKeysProjection } from "../access/mod.ts";
import { blobsProjection } from "../assets/blobs_projection.ts";
import { assetEventDescriptions } from "../assets/event_descriptions.ts";
import { AssetDeleted, AssetFailed, assetEvents } from "../assets/events.ts";
import { assetsProjection } from "../assets/projection.ts";
import { campaignEventDescriptions } from "../campaigns/event_descriptions.ts";
import { campaignEvents } from "../campaigns/events.ts";
import { campaignsProjection } from "../campaigns/projection.ts";
import { clientEventDescriptions } from "../clients/event_descriptions.ts";
import { clientEvents } from "../clients/events.ts";
import { clientsProjection } from "../clients/projection.ts";
import { type EventType, idempotencyProjection, type Projection } from "../event_log/mod.ts";
import type { EventDescriptions } from "../history/mod.ts";
import { jobEvents } from "../jobs/events.ts";
import { jobEventDescriptions } from "../jobs/history/event_descriptions.ts";
import { jobsProjection } from "../jobs/projection.ts";
import { scenesProjection } from "../jobs/scenes/scenes_projection.ts";
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
