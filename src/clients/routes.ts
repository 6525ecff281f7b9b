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
import { type ClientCommands, clientKind } from "./decide.ts";
import type { ClientDetails } from "./events.ts";
import { clientExample } from "./examples.ts";
import { wholeGuidelines } from "./guidelines.ts";
import type { ClientQueries, ClientRow } from "./queries.ts";
import { Client, ClientBody, ClientChanges, ClientQuery } from "./schema.ts";

/** The dependencies of the client endpoints. */
export interface ClientRoutesDeps {
  readonly http: Http;
  readonly log: EventLog;
  readonly commands: ClientCommands;
  readonly queries: ClientQueries;
}

const ClientParams = Type.Object({ id: Type.String({ examples: [clientExample.id] }) });
const OneClient = Enveloped(Client, "The client.");
const bodyFailures = failures(...JSON_BODY_CODES, "validation_failed", "idempotency_key_reused", "conflict");

/** Creates the routes of `/api/v3/clients`. */
export function clientRoutes({ http, log, commands, queries }: ClientRoutesDeps) {
  const handlers = createDetailsHandlers({ ...clientKind, log, commands, find: queries.find, viewOf: clientView });

  return new Elysia({ prefix: "/api/v3/clients", normalize: false, tags: ["Clients"] })
    .use(http)
    .post(
      "/",
      async ({ request, identity, set, body, status }) =>
        status(201, await handlers.create({ request, identity, set }, body, detailsOf(body))),
      {
        body: ClientBody,
        transform: nullsAreAbsent(ClientBody),
        response: { 201: OneClient, ...bodyFailures, ...failures("not_found") },
        detail: operation("createClient", "Create a client", { traits: ["idempotent", "located", "versioned"] }),
      },
    )
    .get(
      "/",
      ({ request, identity, query, set, publicUrl }) => {
        const pageRequest = pageRequestOf(query);
        const page = queries.list(identity.owner, pageRequest);
        return pageResponse(page.items.map(clientView), { page, pageRequest, request, identity, publicUrl, set });
      },
      {
        query: ClientQuery,
        response: {
          200: Enveloped(Type.Array(Client), "A page of clients, newest first."),
          ...failures("validation_failed"),
        },
        detail: operation("listClients", "List clients", { traits: ["paged"] }),
      },
    )
    .get("/:id", ({ request, identity, set, params }) => handlers.read({ request, identity, set }, params.id), {
      params: ClientParams,
      response: { 200: OneClient, ...failures("not_found") },
      detail: operation("getClient", "Read a client", { traits: ["cached"] }),
    })
    .put(
      "/:id",
      ({ request, identity, set, params, body }) =>
        handlers.update({ request, identity, set }, params.id, () => changesOf(body)),
      {
        params: ClientParams,
        body: ClientChanges,
        response: { 200: OneClient, ...bodyFailures, ...failures("not_found") },
        detail: operation("updateClient", "Change a client", {
          description: "Absent fields stay unchanged.",
          traits: ["versioned", "guarded"],
        }),
      },
    )
    .delete(
      "/:id",
      ({ request, identity, set, params, query }) => handlers.remove({ request, identity, set }, params.id, query),
      {
        params: ClientParams,
        query: CascadeQuery,
        response: {
          200: Enveloped(Deleted, "The client was deleted."),
          ...failures("not_found", "conflict", "validation_failed"),
        },
        detail: operation("deleteClient", "Delete a client", {
          description: "With `cascade` also its campaigns and assets, and cancels its open jobs.",
          traits: ["guarded"],
        }),
      },
    );
}

function detailsOf({
  name,
  description = null,
  homepage = null,
  brandGuidelines,
  metadata = null,
}: Body): ClientDetails {
  checkFields({ urls: { homepage }, objects: { metadata, brandGuidelines } });
  return { name: normalLine(name), description, homepage, brandGuidelines: wholeGuidelines(brandGuidelines), metadata };
}

function changesOf({ brandGuidelines, name, ...rest }: Static<typeof ClientChanges>): Partial<ClientDetails> {
  const changes = name === undefined ? rest : { ...rest, name: normalLine(name) };
  checkFields({ urls: { homepage: changes.homepage }, objects: { metadata: changes.metadata, brandGuidelines } });
  if (brandGuidelines === undefined) return changes;
  return { ...changes, brandGuidelines: wholeGuidelines(brandGuidelines) };
}

type Body = Static<typeof ClientBody>;

function clientView({ owner: _owner, position: _position, ...view }: ClientRow): Static<typeof Client> {
  const { brandGuidelines } = view;
  return { ...view, brandGuidelines: brandGuidelines && { logoAssetId: null, ...brandGuidelines } };
}
