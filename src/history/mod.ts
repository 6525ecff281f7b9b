/** Events for people: sentences, histories, and as-of queries. */

export { AtQuery, asOfQuery } from "./as_of_query.ts";
export { describeEvent, type EventDescription, type EventDescriptions } from "./event_descriptions.ts";
export { createDescribeEvent, type DescribeEvent } from "./event_view.ts";
export { eventExample } from "./examples.ts";
export { type HistoryRoutesDeps, historyRoutes } from "./routes.ts";
export { withoutUrlSecrets } from "./strip_url_secrets.ts";
export { counted, hostOf, lasting, listed, quoted, sized } from "./words.ts";
