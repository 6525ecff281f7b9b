import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { AppError } from "../core/errors.ts";
import type { Http } from "../http/http.ts";
import { operation } from "../http/openapi/mod.ts";
import { Enveloped, envelope, failures } from "../http/response/envelope.ts";
import type { CampaignQueries } from "./queries.ts";
import { Stats, type StatsDeps, statsOf } from "./stats.ts";

/** What the endpoint needs. */
export interface CampaignStatsDeps extends StatsDeps {
  readonly http: Http;
  readonly queries: CampaignQueries;
}

/** `/api/v3/campaigns/{id}/stats` */
export function campaignStatsRoutes({ http, queries, ...totals }: CampaignStatsDeps) {
  return new Elysia({ prefix: "/api/v3/campaigns", normalize: false, tags: ["Campaigns"] }).use(http).get(
    "/:id/stats",
    ({ identity: { owner, requestId }, params: { id } }) => {
      if (!queries.find(owner, id)) {
        throw new AppError("not_found", "Cannot count for this campaign: there is none with this id");
      }
      return envelope(statsOf(totals, owner, { campaignId: id }), requestId);
    },
    {
      params: Type.Object({ id: Type.String() }),
      response: { 200: Enveloped(Stats, "The campaign in numbers."), ...failures("not_found") },
      detail: operation("getCampaignStats", "A campaign in numbers"),
    },
  );
}
