import { accessSlice } from "../access/mod.ts";
import { assetSlice } from "../assets/mod.ts";
import { campaignSlice } from "../campaigns/mod.ts";
import { clientSlice } from "../clients/mod.ts";
import { type EventType, idempotencyProjection, type Projection } from "../event_log/mod.ts";
import type { EventDescriptions } from "../history/mod.ts";
import { jobSlice } from "../jobs/mod.ts";
import type { RetentionOptions } from "../retention/mod.ts";

/** The parts of a slice for the log and the read tables. */
interface Slice {
  /** The part of its streams' names before the first dash. */
  readonly streamKind: string;
  readonly events: readonly EventType[];
  readonly descriptions: EventDescriptions;
  readonly projections: readonly Projection[];
  /** Events after which a stream needs none of the contents that its earlier events name. Default: none. */
  readonly releasedBy?: readonly EventType[];
}

const slices: readonly Slice[] = [assetSlice, clientSlice, campaignSlice, jobSlice, accessSlice];

/** The kinds of streams. */
export const streamKinds: readonly string[] = slices.map(({ streamKind }) => streamKind);

/** Every event type; each has a fixture per version under test/fixtures/events/. */
export const allEvents: readonly EventType[] = slices.flatMap(({ events }) => events);

/** The contents that are retained: those that an event names, until a later one of its stream releases them. */
export const retentionRules: RetentionOptions = {
  events: allEvents,
  releasedBy: slices.flatMap(({ releasedBy = [] }) => releasedBy),
};

/** The descriptions of every event, by type. */
export const allEventDescriptions: EventDescriptions = Object.assign({}, ...slices.map((slice) => slice.descriptions));

/** Every projection: a start brings them up to date, and `replay` rebuilds them. */
export const allProjections: readonly Projection[] = [
  idempotencyProjection,
  ...slices.flatMap(({ projections }) => projections),
];
