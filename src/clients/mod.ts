/** Clients and their brand guidelines. */

export { clientRules } from "./client_rules.ts";
export { clientDecider, clientKind } from "./decide.ts";
export { CLIENT_ENDS, clientStream } from "./events.ts";
export { type BrandGuidelines, GUIDELINES, wholeGuidelines } from "./guidelines.ts";
export { type ClientQueries, createClientQueries } from "./queries.ts";
export { type ClientRoutesDeps, clientRoutes } from "./routes.ts";
export { clientSlice } from "./slice.ts";
export { type ClientStatsDeps, clientStatsRoutes } from "./stats_routes.ts";
