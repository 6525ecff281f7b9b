import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { Stats, type StatsDeps, statsOf } from "../campaigns/mod.ts";
import { found } from "../core/not_found.ts";
import { Enveloped, envelope, failures, type Http, operation } from "../http/mod.ts";
import type { ClientQueries } from "./queries.ts";

/** The dependencies of the endpoint. */
export interface ClientStatsDeps extends StatsDeps {
  readonly http: Http;
  readonly queries: ClientQueries;
  /** Counts the campaigns of a client. */
  readonly campaignCount: (owner: string, clientId: string) => number;
}

const ClientStats = Type.Object(
  { ...Stats.properties, campaigns: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
);

/** Creates the route `/api/v3/clients/{id}/stats`. */
export function clientStatsRoutes({ http, queries, campaignCount, ...totals }: ClientStatsDeps) {
  return new Elysia({ prefix: "/api/v3/clients", normalize: false, tags: ["Clients"] }).use(http).get(
    "/:id/stats",
    ({ identity: { owner, requestId }, params: { id } }) => {
      found(queries.find(owner, id), "client");
      const stats = statsOf(totals, owner, { clientId: id });
      return envelope({ ...stats, campaigns: campaignCount(owner, id) }, requestId);
    },
    {
      params: Type.Object({ id: Type.String() }),
      response: { 200: Enveloped(ClientStats, "The totals of the client."), ...failures("not_found") },
      detail: operation("getClientStats", "Read the totals of a client"),
    },
  );
}
