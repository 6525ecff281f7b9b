import { type Static, Type } from "@sinclair/typebox";

/** The origin of an imported resource, with its times there; `recordedAt` is the time of the import. */
export const Imported = Type.Object({
  system: Type.String({ description: "e.g. `legacy`" }),
  id: Type.String({ description: "Its id there." }),
  createdAt: Type.Optional(
    Type.String({ description: "RFC 3339, UTC, milliseconds; absent where the other system does not say." }),
  ),
  updatedAt: Type.Optional(Type.String({ description: "RFC 3339, UTC, milliseconds." })),
});

/** The origin of an imported resource, with the times of its creation and change there. */
export type Imported = Readonly<Static<typeof Imported>>;

/** The actor and the cause of an event. */
export const EventMetadata = Type.Object({
  owner: Type.String({ description: "Whose data this is; the owner of every row that the event makes." }),
  actor: Type.String({
    description: "Who did it: an API key's id, `system` for workers, `local` on an open server.",
  }),
  requestId: Type.Optional(Type.String({ description: "The HTTP request that asked for it." })),
  correlationId: Type.Optional(Type.String({ description: "The id of the first event of the chain." })),
  causationId: Type.Optional(Type.String({ description: "The id of the event that led to this one." })),
  idempotency: Type.Optional(
    Type.Object(
      { key: Type.String(), fingerprint: Type.String() },
      { description: "The `Idempotency-Key` of the request and the SHA-256 of what it asked for." },
    ),
  ),
  imported: Type.Optional(Imported),
});

/** The actor and the cause of an event. Every row that derives from the event belongs to `owner`. */
export type EventMetadata = Readonly<Static<typeof EventMetadata>>;
