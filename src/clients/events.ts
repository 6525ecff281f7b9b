import { type Static, Type } from "@sinclair/typebox";
import { JsonObject, Nullable } from "../core/schema_kit.ts";
import { defineEvent, type EventOf } from "../event_log/mod.ts";
import { BrandGuidelines } from "./guidelines.ts";

/** What people say of a client; null is unknown. */
export const ClientDetails = Type.Object({
  name: Type.String(),
  description: Nullable(Type.String()),
  homepage: Nullable(Type.String()),
  brandGuidelines: Nullable(BrandGuidelines),
  metadata: Nullable(JsonObject),
});

/** What people say of a client. */
export type ClientDetails = Static<typeof ClientDetails>;

/** Somebody made a client. */
export const ClientCreated = defineEvent("ClientCreated", 1, "Somebody made a client.", ClientDetails);

/** Somebody changed what is said of a client; absent fields stay as they were. */
export const ClientUpdated = defineEvent("ClientUpdated", 1, "Somebody changed a client.", Type.Partial(ClientDetails));

/** Somebody deleted the client; its history stays. */
export const ClientDeleted = defineEvent("ClientDeleted", 1, "Somebody deleted a client.", Type.Object({}), {
  isEssential: true,
});

/** Types of events after which things can no longer be put into a client. */
export const CLIENT_ENDS: readonly string[] = [ClientDeleted.type];

/** Every event of a client's stream. */
export const clientEvents = [ClientCreated, ClientUpdated, ClientDeleted] as const;

/** An event of a client's stream. */
export type ClientEvent = EventOf<(typeof clientEvents)[number]>;

/** The name of a client's stream. */
export function clientStream(clientId: string): string {
  return `client-${clientId}`;
}

/** The client whose stream an event is in. */
export function clientIdOf({ stream }: { readonly stream: string }): string {
  return stream.slice("client-".length);
}
