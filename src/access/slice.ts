import { accessEventDescriptions } from "./event_descriptions.ts";
import { accessEvents } from "./events.ts";
import { apiKeysProjection } from "./projection.ts";

/** The events of API keys, their descriptions and their projections. */
export const accessSlice = {
  streamKind: "key",
  events: accessEvents,
  descriptions: accessEventDescriptions,
  projections: [apiKeysProjection],
};
