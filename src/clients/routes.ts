import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { Caller } from "../caller.ts";
import { AppError } from "../errors.ts";
import { checkFields } from "../http/check_fields.ts";
import { Enveloped, envelope, failures } from "../http/envelope.ts";
import type { Http } from "../http/http.ts";
import { idempotencyClaim } from "../http/idempotency_key.ts";
import { operation } from "../http/openapi/mod.ts";
import { pageAnswer } from "../http/page_answer.ts";
import { pageRequestOf } from "../http/paging.ts";
import { JSON_BODY_CODES } from "../http/read_json.ts";
import { CascadeQuery, Deleted } from "../schema.ts";
import type { ClientCommands } from "./commands.ts";
import type { ClientDetails } from "./events.ts";
import { clientExample } from "./example.ts";
import { wholeGuidelines } from "./guidelines.ts";
import type { ClientQueries, ClientRow } from "./queries.ts";
import { Client, ClientBody, ClientChanges, ClientQuery } from "./schema.ts";
import { clientView } from "./view.ts";

/** What the client endpoints need. */
export interface ClientRoutesDeps {
  readonly http: Http;
  readonly commands: ClientCommands;
  readonly queries: ClientQueries;
}

const ClientParams = Type.Object({ id: Type.String({ examples: [clientExample.id] }) });
const OneClient = Enveloped(Client, "The client.");
const bodyFailures = failures(...JSON_BODY_CODES, "validation_failed", "idempotency_key_reused", "conflict");

/** `/api/v3/clients` */
export function clientRoutes({ http, commands, queries }: ClientRoutesDeps) {
  function present(caller: Caller, id: string): ClientRow {
    const client = queries.find(caller.owner, id);
    if (!client) throw new AppError("not_found", "Cannot find this client: there is none with this id");
    return client;
  }

  return new Elysia({ prefix: "/api/v3/clients", normalize: false, tags: ["Clients"] })
    .use(http)
    .post(
      "/",
      async ({ request, caller, body, set, status }) => {
        const client = detailsOf(body);
        const idempotency = idempotencyClaim(request, () => ({ do: "create client", ...body }));
        const { id, replayed } = await commands.create(caller, client, idempotency);
        set.headers.location = `/api/v3/clients/${id}`;
        if (replayed) set.headers["idempotency-replayed"] = "true";
        return status(201, envelope(clientView(present(caller, id)), caller.requestId));
      },
      {
        body: ClientBody,
        response: { 201: OneClient, ...bodyFailures, ...failures("not_found") },
        detail: operation("createClient", "Make a client", { traits: ["idempotent", "located"] }),
      },
    )
    .get(
      "/",
      ({ request, caller, query, set, publicUrl }) => {
        const asked = pageRequestOf(query);
        const page = queries.list(caller.owner, asked);
        return pageAnswer(page.items.map(clientView), { page, asked, request, caller, publicUrl, set });
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
    .get("/:id", ({ caller, params }) => envelope(clientView(present(caller, params.id)), caller.requestId), {
      params: ClientParams,
      response: { 200: OneClient, ...failures("not_found") },
      detail: operation("getClient", "Read a client"),
    })
    .put(
      "/:id",
      async ({ caller, params, body }) => {
        present(caller, params.id);
        await commands.update(caller, params.id, changesOf(body));
        return envelope(clientView(present(caller, params.id)), caller.requestId);
      },
      {
        params: ClientParams,
        body: ClientChanges,
        response: { 200: OneClient, ...bodyFailures, ...failures("not_found") },
        detail: operation("updateClient", "Change a client", { description: "Absent fields stay as they are." }),
      },
    )
    .delete(
      "/:id",
      async ({ caller, params: { id }, query }) => {
        present(caller, id);
        await commands.remove(caller, id, { cascade: query.cascade === "true" });
        return envelope({ id, message: "The client was deleted" }, caller.requestId);
      },
      {
        params: ClientParams,
        query: CascadeQuery,
        response: {
          200: Enveloped(Deleted, "It is deleted."),
          ...failures("not_found", "conflict", "validation_failed"),
        },
        detail: operation("deleteClient", "Delete a client", {
          description: "With `cascade` also its campaigns and assets, and cancels its open jobs.",
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
  return { name, description, homepage, brandGuidelines: wholeGuidelines(brandGuidelines), metadata };
}

function changesOf({ brandGuidelines, ...changes }: Static<typeof ClientChanges>): Partial<ClientDetails> {
  checkFields({ urls: { homepage: changes.homepage }, objects: { metadata: changes.metadata, brandGuidelines } });
  if (brandGuidelines === undefined) return changes;
  return { ...changes, brandGuidelines: wholeGuidelines(brandGuidelines) };
}

type Body = Static<typeof ClientBody>;
