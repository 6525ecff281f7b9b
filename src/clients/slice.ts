import { clientEventDescriptions } from "./event_descriptions.ts";
import { clientEvents } from "./events.ts";
import { clientsProjection } from "./projection.ts";

/** The events of clients, their descriptions and their projections. */
export const clientSlice = {
  streamKind: "client",
  events: clientEvents,
  descriptions: clientEventDescriptions,
  projections: [clientsProjection],
};
