import { clientEventDescriptions } from "./event_descriptions.ts";
import { clientEvents } from "./events.ts";
import { clientsProjection } from "./projection.ts";

/** The events of clients, their descriptions, and what is projected from them. */
export const clientSlice = {
  events: clientEvents,
  descriptions: clientEventDescriptions,
  projections: [clientsProjection],
};
