import type { Static } from "@sinclair/typebox";
import { AppError } from "../core/errors.ts";
import { notFound } from "../core/not_found.ts";
import type { Decider } from "../event_log/mod.ts";
import { type AccessEvent, ApiKeyIssued, ApiKeyRevoked, accessEvents } from "./events.ts";

/** The state of a key that the rules need. */
export interface KeyState {
  readonly status: "unknown" | "valid" | "revoked";
}

/** A command on a key. */
export type KeyCommand =
  | { readonly do: "issue"; readonly key: Static<typeof ApiKeyIssued.schema> }
  | { readonly do: "revoke" };

/** The rules of a key: issued once, revoked for good. */
export const keyDecider: Decider<KeyState, AccessEvent, KeyCommand> = {
  events: accessEvents,
  initial: () => ({ status: "unknown" }),
  evolve: (_state, event) => ({ status: event.type === "ApiKeyIssued" ? "valid" : "revoked" }),
  decide,
};

function decide({ status }: KeyState, command: KeyCommand): readonly AccessEvent[] {
  if (command.do === "issue") {
    if (status !== "unknown") throw new AppError("conflict", "Cannot issue this key: its id is taken");
    return [ApiKeyIssued.of(command.key)];
  }
  if (status === "unknown") throw notFound("key");
  return status === "revoked" ? [] : [ApiKeyRevoked.of({})];
}
