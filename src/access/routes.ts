import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { Nullable, OneOf, Time } from "../core/schema_kit.ts";
import { Enveloped, envelope, failures, type Http, operation } from "../http/mod.ts";
import type { ApiKeyQueries } from "./queries.ts";
import { SCOPES } from "./scope.ts";

/** Dependencies of the endpoint. */
export interface AccessRoutesDeps {
  readonly http: Http;
  readonly queries: ApiKeyQueries;
}

const Me = Type.Object(
  {
    owner: Type.String({ description: "The owner whose things you see and change; `local` on an open server." }),
    mode: OneOf(["open", "keys"], { description: "Whether the server needs keys." }),
    key: Nullable(
      Type.Object(
        {
          id: Type.String(),
          label: Nullable(Type.String()),
          scope: OneOf(SCOPES),
          createdAt: Time,
          expiresAt: Nullable(Time),
        },
        { additionalProperties: false },
      ),
    ),
  },
  {
    title: "Me",
    additionalProperties: false,
    examples: [
      {
        owner: "acme",
        mode: "keys",
        key: {
          id: "019390f0-7c1e-7000-8000-000000000009",
          label: "storefront",
          scope: "write",
          createdAt: "2026-11-22T10:00:00.000Z",
          expiresAt: null,
        },
      },
    ],
  },
);

/** Creates the routes of `/api/v3/me`. */
export function accessRoutes({ http, queries }: AccessRoutesDeps) {
  return new Elysia({ prefix: "/api/v3/me", normalize: false, tags: ["Access"] }).use(http).get(
    "/",
    ({ identity: { owner, actor, requestId } }) => {
      const found = queries.find(actor);
      if (!found) return envelope({ owner, mode: "open" as const, key: null }, requestId);
      const { id, label, scope, createdAt, expiresAt } = found;
      return envelope({ owner, mode: "keys" as const, key: { id, label, scope, createdAt, expiresAt } }, requestId);
    },
    {
      response: { 200: Enveloped(Me, "The identity of the request."), ...failures("bad_request") },
      detail: operation("getMe", "Who I am"),
    },
  );
}
