/** What happened: events told to people, histories, and moments of the past. */

export { describeEvent, type EventDescription, type EventDescriptions } from "./event_descriptions.ts";
export { createDescribeEvent, type DescribeEvent, type EventView } from "./event_view.ts";
export { type HistoryRoutesDeps, historyRoutes } from "./routes.ts";
