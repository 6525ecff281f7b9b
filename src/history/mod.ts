/** What happened: events told to people, histories, and moments of the past. */
export { createEventTeller, type EventTeller, type EventView } from "./event_view.ts";
export { type HistoryRoutesDeps, historyRoutes } from "./routes.ts";
export { type Telling, type Tellings, telling } from "./telling.ts";
