/** Campaigns of clients, and the resources of both. */

export { campaignRules } from "./campaign_rules.ts";

export { createClientScopeCheck } from "./check_client_scope.ts";
export { campaignDecider, campaignKind } from "./decide.ts";
export { createDependents } from "./dependents.ts";
export {
  CAMPAIGN_ENDS,
  CAMPAIGN_JOINS,
  CAMPAIGN_STATUSES,
  CampaignCreated,
  type CampaignDetails,
  campaignStream,
} from "./events.ts";
export { type CampaignQueries, createCampaignQueries } from "./queries.ts";
export { type CampaignRoutesDeps, campaignRoutes } from "./routes.ts";
export { campaignSlice } from "./slice.ts";
export { Stats, type StatsDeps, statsOf } from "./stats.ts";
export { type CampaignStatsDeps, campaignStatsRoutes } from "./stats_routes.ts";
