import type { Static, TSchema } from "@sinclair/typebox";
import type { EventMetadata } from "./metadata.ts";

/** An event that is decided and not yet in the log. */
export interface NewEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly schemaVersion: number;
  readonly data: Data;
}

/** An event in the log; `data` always has the newest schema version. */
export interface RecordedEvent<Type extends string = string, Data = unknown> extends NewEvent<Type, Data> {
  /** The global order, from 1; also the SSE id. */
  readonly position: number;
  /** UUIDv7. */
  readonly id: string;
  /** The name of the stream, e.g. `asset-<uuid>`. */
  readonly stream: string;
  /** The number within the stream: 1, 2, 3 … */
  readonly version: number;
  readonly metadata: EventMetadata;
  /** RFC 3339, UTC, milliseconds. */
  readonly recordedAt: string;
}

/** Converts data of schema version n to version n + 1. Pure. */
export type Upcaster = (data: unknown) => unknown;

/** The declaration of an event type: the single source of its type, validator, version and documentation. */
export interface EventType<Type extends string = string, Schema extends TSchema = TSchema> {
  readonly type: Type;
  readonly schemaVersion: number;
  readonly description: string;
  readonly schema: Schema;
  /** The conversions; `upcasters[n - 1]` converts version n to n + 1. */
  readonly upcasters: readonly Upcaster[];
  /** True for an event that frees space, ends access or completes work: no quota and no full disk may reject it. */
  readonly isEssential: boolean;
  /** Creates a new event of this type. */
  of(data: Static<Schema>): NewEvent<Type, Static<Schema>>;
}

/** The new event of a declaration. */
export type EventOf<Declared extends EventType> =
  Declared extends EventType<infer Type, infer Schema> ? NewEvent<Type, Static<Schema>> : never;

/** The recorded event of a declaration. */
export type Recorded<Declared extends EventType> =
  Declared extends EventType<infer Type, infer Schema> ? RecordedEvent<Type, Static<Schema>> : never;

/** The optional properties of an event type. */
export interface EventTypeOptions {
  /** The upcasters, one for each older version. Default: none. */
  readonly upcasters?: readonly Upcaster[];
  /** As of {@linkcode EventType}. Default: false. */
  readonly isEssential?: boolean;
}

/**
 * Declares an event type, once.
 *
 * @param schemaVersion the newest version; with version n there are n - 1 upcasters
 * @example
 * ```ts
 * export const AssetFailed = defineEvent("AssetFailed", 1, "The import ended in an error.", Type.Object({ code: Type.String() }));
 * ```
 */
export function defineEvent<const Type extends string, Schema extends TSchema>(
  type: Type,
  schemaVersion: number,
  description: string,
  schema: Schema,
  { upcasters = [], isEssential = false }: EventTypeOptions = {},
): EventType<Type, Schema> {
  if (upcasters.length !== schemaVersion - 1) {
    throw new Error(`Cannot declare ${type} version ${schemaVersion}: it has ${upcasters.length} upcasters`);
  }
  return {
    type,
    schemaVersion,
    description,
    schema,
    upcasters,
    isEssential,
    of: (data) => ({ type, schemaVersion, data }),
  };
}
