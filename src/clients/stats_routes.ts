import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { Stats, type StatsDeps, statsOf } from "../campaigns/mod.ts";
import { AppError } from "../core/errors.ts";
import type { Http } from "../http/http.ts";
import { operation } from "../http/openapi/mod.ts";
import { Enveloped, envelope, failures } from "../http/response/envelope.ts";
import type { ClientQueries } from "./queries.ts";

/** What the endpoint needs. */
export interface ClientStatsDeps extends StatsDeps {
  readonly http: Http;
  readonly queries: ClientQueries;
  /** How many campaigns a client has. */
  readonly campaignCount: (owner: string, clientId: string) => number;
}

const ClientStats = Type.Object(
  { ...Stats.properties, campaigns: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
);

/** `/api/v3/clients/{id}/stats` */
export function clientStatsRoutes({ http, queries, campaignCount, ...totals }: ClientStatsDeps) {
  return new Elysia({ prefix: "/api/v3/clients", normalize: false, tags: ["Clients"] }).use(http).get(
    "/:id/stats",
    ({ identity: { owner, requestId }, params: { id } }) => {
      if (!queries.find(owner, id)) {
        throw new AppError("not_found", "Cannot count for this client: there is none with this id");
      }
      const stats = statsOf(totals, owner, { clientId: id });
      return envelope({ ...stats, campaigns: campaignCount(owner, id) }, requestId);
    },
    {
      params: Type.Object({ id: Type.String() }),
      response: { 200: Enveloped(ClientStats, "The client in numbers."), ...failures("not_found") },
      detail: operation("getClientStats", "A client in numbers"),
    },
  );
}
