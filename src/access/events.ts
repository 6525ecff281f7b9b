import { Type } from "@sinclair/typebox";
import { Nullable, OneOf } from "../core/schema_kit.ts";
import { defineEvent, type EventOf } from "../event_log/mod.ts";
import { SCOPES } from "./scope.ts";

/**
 * A person with a shell on the server issued a key. Its owner is the event's. The hash is no secret: the SHA-256 of 256
 * random bits cannot be reversed.
 */
export const ApiKeyIssued = defineEvent(
  "ApiKeyIssued",
  1,
  "An API key was issued to its owner.",
  Type.Object({
    hash: Type.String({ pattern: "^[0-9a-f]{64}$", description: "SHA-256 of the key." }),
    label: Nullable(Type.String({ description: "What it is for, for people." })),
    scope: OneOf(SCOPES),
    expiresAt: Nullable(Type.String({ description: "RFC 3339, UTC; null is never." })),
  }),
);

/** The key is not valid any more. */
export const ApiKeyRevoked = defineEvent("ApiKeyRevoked", 1, "An API key was revoked.", Type.Object({}), {
  isEssential: true,
});

/** Every event of a key's stream. */
export const accessEvents = [ApiKeyIssued, ApiKeyRevoked] as const;

/** An event of a key's stream. */
export type AccessEvent = EventOf<(typeof accessEvents)[number]>;

/** The name of a key's stream. */
export function keyStream(keyId: string): string {
  return `key-${keyId}`;
}

/** The key whose stream an event is in. */
export function keyIdOf({ stream }: { readonly stream: string }): string {
  return stream.slice("key-".length);
}
