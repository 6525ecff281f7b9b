/** What happened: events told to people, histories, and moments of the past. */

export { type Telling, type Tellings, telling } from "./event_descriptions.ts";
export { createEventTeller, type EventTeller, type EventView } from "./event_view.ts";
export { type HistoryRoutesDeps, historyRoutes } from "./routes.ts";
