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
import type { ClientCommands } from "./commands.ts";
import { type ClientDetails, clientStream } from "./events.ts";
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
  function present(identity: Identity, id: string): ClientRow {
    return found(queries.find(identity.owner, id), "client");
  }

  /** Responds with the current row. The version is read first, so that a stale ETag rejects a change, never allows one. */
  async function answered(identity: Identity, id: string, set: AnswerSet) {
    set.headers.etag = etagOf({ version: await log.versionOf(clientStream(id)) });
    return envelope(clientView(present(identity, id)), identity.requestId);
  }

  /** Returns the check of the preconditions of a change. */
  function unchanged(request: Request) {
    return (version: number) => assertPreconditions(request, etagOf({ version }));
  }

  return new Elysia({ prefix: "/api/v3/clients", normalize: false, tags: ["Clients"] })
    .use(http)
    .post(
      "/",
      async ({ request, identity, body, set, status }) => {
        const client = detailsOf(body);
        const idempotency = idempotencyClaim(request, () => ({ do: "create client", ...body }));
        const { id, replayed } = await commands.create(identity, client, idempotency);
        set.headers.location = `/api/v3/clients/${id}`;
        markReplayed(set, replayed);
        return status(201, await answered(identity, id, set));
      },
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
        const asked = pageRequestOf(query);
        const page = queries.list(identity.owner, asked);
        return pageResponse(page.items.map(clientView), { page, asked, request, identity, publicUrl, set });
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
    .get(
      "/:id",
      async ({ request, identity, params: { id }, set }) => {
        const answer = await answered(identity, id, set);
        assertModified(request, String(set.headers.etag));
        return answer;
      },
      {
        params: ClientParams,
        response: { 200: OneClient, ...failures("not_found") },
        detail: operation("getClient", "Read a client", { traits: ["cached"] }),
      },
    )
    .put(
      "/:id",
      async ({ request, identity, params: { id }, body, set }) => {
        present(identity, id);
        await commands.update(identity, id, diffFields(body), unchanged(request));
        return await answered(identity, id, set);
      },
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
      async ({ request, identity, params: { id }, query }) => {
        present(identity, id);
        await commands.remove(identity, id, { cascade: query.cascade === "true", precondition: unchanged(request) });
        return envelope({ id, message: "The client was deleted" }, identity.requestId);
      },
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

function diffFields({ brandGuidelines, name, ...rest }: Static<typeof ClientChanges>): Partial<ClientDetails> {
  const changes = name === undefined ? rest : { ...rest, name: normalLine(name) };
  checkFields({ urls: { homepage: changes.homepage }, objects: { metadata: changes.metadata, brandGuidelines } });
  if (brandGuidelines === undefined) return changes;
  return { ...changes, brandGuidelines: wholeGuidelines(brandGuidelines) };
}

type Body = Static<typeof ClientBody>;

function clientView({ owner: _owner, position: _position, ...view }: ClientRow): Static<typeof Client> {
  return view;
}
