import { type Static, Type } from "@sinclair/typebox";
import { Nullable, OptionalObject } from "../core/schema_kit.ts";
import { defineEvent, type EventOf } from "../event_log/mod.ts";
import { BrandGuidelines } from "./guidelines.ts";

/** The details of a client; null is unknown. */
export const ClientDetails = Type.Object({
  name: Type.String(),
  description: Nullable(Type.String()),
  homepage: Nullable(Type.String()),
  brandGuidelines: Nullable(BrandGuidelines),
  metadata: OptionalObject,
});

/** The details of a client. */
export type ClientDetails = Static<typeof ClientDetails>;

/** A user created a client. */
export const ClientCreated = defineEvent("ClientCreated", 1, "A user created a client.", ClientDetails);

/** A user changed the details of a client; absent fields stay unchanged. */
export const ClientUpdated = defineEvent("ClientUpdated", 1, "A user changed a client.", Type.Partial(ClientDetails));

/** A user deleted the client; its history stays. */
export const ClientDeleted = defineEvent("ClientDeleted", 1, "A user deleted a client.", Type.Object({}), {
  isEssential: true,
});

/** Types of events that end a client. */
export const CLIENT_ENDS: readonly string[] = [ClientDeleted.type];

/** Every event of a client's stream. */
export const clientEvents = [ClientCreated, ClientUpdated, ClientDeleted] as const;

/** An event of a client's stream. */
export type ClientEvent = EventOf<(typeof clientEvents)[number]>;

/** Returns the name of a client's stream. */
export function clientStream(clientId: string): string {
  return `client-${clientId}`;
}

/** Returns the id of the client whose stream an event is in. */
export function clientIdOf({ stream }: { readonly stream: string }): string {
  return stream.slice("client-".length);
}
