import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { checkFields } from "../core/check_fields.ts";
import { CascadeQuery, Deleted, normalLine } from "../core/schema_kit.ts";
import type { EventLog } from "../event_log/mod.ts";
import {
  createDetailsHandlers,
  Enveloped,
  failures,
  type Http,
  JSON_BODY_CODES,
  nullsAreAbsent,
  operation,
  pageRequestOf,
  pageResponse,
} from "../http/mod.ts";
import { type CampaignCommands, campaignKind } from "./decide.ts";
import type { CampaignDetails } from "./events.ts";
import { campaignExample } from "./examples.ts";
import type { CampaignQueries, CampaignRow } from "./queries.ts";
import { Campaign, CampaignBody, CampaignChanges, CampaignQuery } from "./schema.ts";

/** The dependencies of the campaign endpoints. */
export interface CampaignRoutesDeps {
  readonly http: Http;
  readonly log: EventLog;
  readonly commands: CampaignCommands;
  readonly queries: CampaignQueries;
}

const CampaignParams = Type.Object({ id: Type.String({ examples: [campaignExample.id] }) });
const OneCampaign = Enveloped(Campaign, "The campaign.");
const bodyFailures = failures(...JSON_BODY_CODES, "validation_failed", "idempotency_key_reused", "conflict");

/** Creates the routes of `/api/v3/campaigns`. */
export function campaignRoutes({ http, log, commands, queries }: CampaignRoutesDeps) {
  const handlers = createDetailsHandlers({ ...campaignKind, log, commands, find: queries.find, viewOf: campaignView });

  return new Elysia({ prefix: "/api/v3/campaigns", normalize: false, tags: ["Campaigns"] })
    .use(http)
    .post(
      "/",
      async ({ request, identity, set, body, status }) =>
        status(201, await handlers.create({ request, identity, set }, body, detailsOf(body))),
      {
        body: CampaignBody,
        transform: nullsAreAbsent(CampaignBody),
        response: { 201: OneCampaign, ...bodyFailures, ...failures("not_found") },
        detail: operation("createCampaign", "Create a campaign of a client", {
          traits: ["idempotent", "located", "versioned"],
        }),
      },
    )
    .get(
      "/",
      ({ request, identity, query, set, publicUrl }) => {
        const pageRequest = pageRequestOf(query);
        const page = queries.list(identity.owner, query, pageRequest);
        return pageResponse(page.items.map(campaignView), { page, pageRequest, request, identity, publicUrl, set });
      },
      {
        query: CampaignQuery,
        response: {
          200: Enveloped(Type.Array(Campaign), "A page of campaigns, newest first."),
          ...failures("validation_failed"),
        },
        detail: operation("listCampaigns", "List campaigns", { traits: ["paged"] }),
      },
    )
    .get("/:id", ({ request, identity, set, params }) => handlers.read({ request, identity, set }, params.id), {
      params: CampaignParams,
      response: { 200: OneCampaign, ...failures("not_found") },
      detail: operation("getCampaign", "Read a campaign", { traits: ["cached"] }),
    })
    .put(
      "/:id",
      ({ request, identity, set, params, body }) =>
        handlers.update({ request, identity, set }, params.id, () => changesOf(body)),
      {
        params: CampaignParams,
        body: CampaignChanges,
        response: { 200: OneCampaign, ...bodyFailures, ...failures("not_found") },
        detail: operation("updateCampaign", "Change a campaign", {
          description: "Absent fields stay unchanged.",
          traits: ["versioned", "guarded"],
        }),
      },
    )
    .delete(
      "/:id",
      ({ request, identity, set, params, query }) => handlers.remove({ request, identity, set }, params.id, query),
      {
        params: CampaignParams,
        query: CascadeQuery,
        response: {
          200: Enveloped(Deleted, "The campaign was deleted."),
          ...failures("not_found", "conflict", "validation_failed"),
        },
        detail: operation("deleteCampaign", "Delete a campaign", {
          description: "With `cascade` also its assets, and cancels its open jobs.",
          traits: ["guarded"],
        }),
      },
    );
}

function detailsOf(body: Static<typeof CampaignBody>): CampaignDetails {
  const { clientId, name, goal = null, status = "draft", productUrl = null, brief = null, metadata = null } = body;
  checkCampaignFields(body);
  return { clientId, name: normalLine(name), goal, status, productUrl, brief, metadata };
}

function changesOf(body: Static<typeof CampaignChanges>): Partial<CampaignDetails> {
  checkCampaignFields(body);
  const { name } = body;
  return name === undefined ? body : { ...body, name: normalLine(name) };
}

function checkCampaignFields({ productUrl, brief, metadata }: Static<typeof CampaignChanges>): void {
  checkFields({ urls: { productUrl }, objects: { brief, metadata } });
}

function campaignView({ owner: _owner, position: _position, ...view }: CampaignRow): Static<typeof Campaign> {
  return view;
}
