import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { checkFields } from "../core/check_fields.ts";
import type { Identity } from "../core/identity.ts";
import { found } from "../core/not_found.ts";
import { CascadeQuery, Deleted, normalLine } from "../core/schema_kit.ts";
import type { EventLog } from "../event_log/mod.ts";
import {
  type AnswerSet,
  assertModified,
  assertPreconditions,
  Enveloped,
  envelope,
  etagOf,
  failures,
  type Http,
  idempotencyClaim,
  JSON_BODY_CODES,
  markReplayed,
  nullsAreAbsent,
  operation,
  pageRequestOf,
  pageResponse,
} from "../http/mod.ts";
import type { CampaignCommands } from "./commands.ts";
import { type CampaignDetails, campaignStream } from "./events.ts";
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
  function present(identity: Identity, id: string): CampaignRow {
    return found(queries.find(identity.owner, id), "campaign");
  }

  /** Responds with the current row. The version is read first, so that a stale ETag rejects a change, never allows one. */
  async function answered(identity: Identity, id: string, set: AnswerSet) {
    set.headers.etag = etagOf({ version: await log.versionOf(campaignStream(id)) });
    return envelope(campaignView(present(identity, id)), identity.requestId);
  }

  /** Returns the check of the preconditions of a change. */
  function unchanged(request: Request) {
    return (version: number) => assertPreconditions(request, etagOf({ version }));
  }

  return new Elysia({ prefix: "/api/v3/campaigns", normalize: false, tags: ["Campaigns"] })
    .use(http)
    .post(
      "/",
      async ({ request, identity, body, set, status }) => {
        const campaign = detailsOf(body);
        const idempotency = idempotencyClaim(request, () => ({ do: "create campaign", ...body }));
        const { id, replayed } = await commands.create(identity, campaign, idempotency);
        set.headers.location = `/api/v3/campaigns/${id}`;
        markReplayed(set, replayed);
        return status(201, await answered(identity, id, set));
      },
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
        const asked = pageRequestOf(query);
        const page = queries.list(identity.owner, query, asked);
        return pageResponse(page.items.map(campaignView), { page, asked, request, identity, publicUrl, set });
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
    .get(
      "/:id",
      async ({ request, identity, params: { id }, set }) => {
        const answer = await answered(identity, id, set);
        assertModified(request, String(set.headers.etag));
        return answer;
      },
      {
        params: CampaignParams,
        response: { 200: OneCampaign, ...failures("not_found") },
        detail: operation("getCampaign", "Read a campaign", { traits: ["cached"] }),
      },
    )
    .put(
      "/:id",
      async ({ request, identity, params: { id }, body, set }) => {
        present(identity, id);
        checkCampaignFields(body);
        const { name } = body;
        const changes = name === undefined ? body : { ...body, name: normalLine(name) };
        await commands.update(identity, id, changes, unchanged(request));
        return await answered(identity, id, set);
      },
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
      async ({ request, identity, params: { id }, query }) => {
        present(identity, id);
        await commands.remove(identity, id, { cascade: query.cascade === "true", precondition: unchanged(request) });
        return envelope({ id, message: "The campaign was deleted" }, identity.requestId);
      },
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

function checkCampaignFields({ productUrl, brief, metadata }: Static<typeof CampaignChanges>): void {
  checkFields({ urls: { productUrl }, objects: { brief, metadata } });
}

function campaignView({ owner: _owner, position: _position, ...view }: CampaignRow): Static<typeof Campaign> {
  return view;
}
