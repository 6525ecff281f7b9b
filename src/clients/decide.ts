import { diffFields } from "../core/diff_fields.ts";
import { notFound } from "../core/not_found.ts";
import type { Decider } from "../event_log/mod.ts";
import {
  ClientCreated,
  ClientDeleted,
  type ClientDetails,
  type ClientEvent,
  ClientUpdated,
  clientEvents,
} from "./events.ts";

/** What the rules need to know of a client. */
export type ClientState =
  | { readonly status: "unknown" | "deleted" }
  | { readonly status: "active"; readonly details: ClientDetails };

/** What can be asked of a client. */
export type ClientCommand =
  | { readonly do: "create"; readonly client: ClientDetails }
  | { readonly do: "update"; readonly changes: Partial<ClientDetails> }
  | { readonly do: "delete" };

/** The rules of a client: made, changed, deleted. */
export const clientDecider: Decider<ClientState, ClientEvent, ClientCommand> = {
  events: clientEvents,
  initial: () => ({ status: "unknown" }),
  evolve,
  decide,
};

function evolve(state: ClientState, event: ClientEvent): ClientState {
  switch (event.type) {
    case "ClientCreated":
      return { status: "active", details: event.data };
    case "ClientUpdated":
      return state.status === "active" ? { ...state, details: { ...state.details, ...event.data } } : state;
    case "ClientDeleted":
      return { status: "deleted" };
  }
}

function decide(client: ClientState, command: ClientCommand): readonly ClientEvent[] {
  if (command.do === "create") {
    // The id of a retried request is made of its Idempotency-Key, so the client may be there: that is the answer.
    return client.status === "unknown" ? [ClientCreated.of(command.client)] : [];
  }
  if (client.status !== "active") throw notFound("client");
  if (command.do === "delete") return [ClientDeleted.of({})];
  const changes = diffFields(client.details, command.changes);
  return Object.keys(changes).length > 0 ? [ClientUpdated.of(changes)] : [];
}
