/** Campaigns of clients, and what belongs to either. */

export { createPlaceCheck, type PlaceCheckDeps } from "./check_client_scope.ts";
export { type CampaignCommands, createCampaignCommands, planCampaignRemoval } from "./commands.ts";
export { type Belongings, type BelongingsDeps, createBelongings } from "./dependents.ts";
export { CAMPAIGN_ENDS, CAMPAIGN_JOINS, campaignEvents } from "./events.ts";
export { campaignsProjection } from "./projection.ts";
export { type CampaignQueries, type CampaignRow, createCampaignQueries } from "./queries.ts";
export { type CampaignRoutesDeps, campaignRoutes } from "./routes.ts";
export { type JobTotals, Stats, type StatsDeps, statsOf } from "./stats.ts";
export { type CampaignStatsDeps, campaignStatsRoutes } from "./stats_routes.ts";
