import { diffFields } from "../core/diff_fields.ts";
import { notFound } from "../core/not_found.ts";
import type { EventType, NewEvent } from "./event.ts";
import type { Decider } from "./execute.ts";

/** The state of a resource that has only details. */
export type DetailsState<Details> =
  | { readonly status: "unknown" | "deleted" }
  | { readonly status: "active"; readonly details: Details };

/** A command on a resource that has only details. */
export type DetailsCommand<Details> =
  | { readonly do: "create"; readonly details: Details }
  | { readonly do: "update"; readonly changes: Partial<Details> }
  | { readonly do: "delete" };

interface Declared<Data> extends EventType {
  of(data: Data): NewEvent<string, Data>;
}

/**
 * Creates the decider of a resource whose details are created, changed and deleted.
 *
 * @param noun for error messages, e.g. `client`
 */
export function detailsDecider<Details extends object>(
  noun: string,
  events: readonly [Declared<Details>, Declared<Partial<Details>>, Declared<object>],
): Decider<DetailsState<Details>, NewEvent, DetailsCommand<Details>> {
  const [created, updated, deleted] = events;
  return {
    events,
    initial: () => ({ status: "unknown" }),
    evolve(state, event) {
      if (isOf(created, event)) return { status: "active", details: event.data };
      if (isOf(deleted, event)) return { status: "deleted" };
      if (!isOf(updated, event) || state.status !== "active") return state;
      return { ...state, details: { ...state.details, ...event.data } };
    },
    decide(state, command) {
      // A retried creation has the same id, so the resource may exist.
      if (command.do === "create") return state.status === "unknown" ? [created.of(command.details)] : [];
      if (state.status !== "active") throw notFound(noun);
      if (command.do === "delete") return [deleted.of({})];
      const changes = diffFields(state.details, command.changes);
      return Object.keys(changes).length > 0 ? [updated.of(changes)] : [];
    },
  };
}

function isOf<Data>({ type }: Declared<Data>, event: NewEvent): event is NewEvent<string, Data> {
  // The log has validated the data of every event against the declaration of its type.
  return event.type === type;
}
