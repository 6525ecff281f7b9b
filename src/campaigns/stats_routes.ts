import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { found } from "../core/not_found.ts";
import { Enveloped, envelope, failures, type Http, operation } from "../http/mod.ts";
import type { CampaignQueries } from "./queries.ts";
import { Stats, type StatsDeps, statsOf } from "./stats.ts";

/** The dependencies of the endpoint. */
export interface CampaignStatsDeps extends StatsDeps {
  readonly http: Http;
  readonly queries: CampaignQueries;
}

/** Creates the route `/api/v3/campaigns/{id}/stats`. */
export function campaignStatsRoutes({ http, queries, ...totals }: CampaignStatsDeps) {
  return new Elysia({ prefix: "/api/v3/campaigns", normalize: false, tags: ["Campaigns"] }).use(http).get(
    "/:id/stats",
    ({ identity: { owner, requestId }, params: { id } }) => {
      found(queries.find(owner, id), "campaign");
      return envelope(statsOf(totals, owner, { campaignId: id }), requestId);
    },
    {
      params: Type.Object({ id: Type.String() }),
      response: { 200: Enveloped(Stats, "The totals of the campaign."), ...failures("not_found") },
      detail: operation("getCampaignStats", "Read the totals of a campaign"),
    },
  );
}
