/** Clients and their brand guidelines. */

export { type ClientCommands, createClientCommands } from "./commands.ts";
export { clientEventDescriptions } from "./event_descriptions.ts";
export { CLIENT_ENDS, clientEvents } from "./events.ts";
export type { BrandGuidelines } from "./guidelines.ts";
export { clientsProjection } from "./projection.ts";
export { type ClientQueries, type ClientRow, createClientQueries } from "./queries.ts";
export { type ClientRoutesDeps, clientRoutes } from "./routes.ts";
export { type ClientStatsDeps, clientStatsRoutes } from "./stats_routes.ts";
