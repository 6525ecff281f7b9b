import type { EventMetadata, Imported, NewEvent } from "../event_log/mod.ts";
import { timeOf } from "./values.ts";

/** The kinds of items in the order of import: each may refer to items of the earlier ones. */
export const KINDS = ["client", "campaign", "asset", "job"] as const;
/** One of {@linkcode KINDS}. */
export type Kind = (typeof KINDS)[number];

/** An imported row, which becomes the events of a new stream. */
export interface Item {
  readonly kind: Kind;
  readonly id: string;
  readonly owner: string;
  readonly stream: string;
  readonly times: Pick<Imported, "createdAt" | "updatedAt">;
  /** Changes that the import made, for the report. */
  readonly notes: readonly string[];
}

/** An item without bytes. */
export interface PlainItem extends Item {
  readonly kind: "client" | "campaign";
  readonly events: readonly NewEvent[];
}

/** The error of a row that cannot be imported; its message is the reason. */
export class NotImportable extends Error {}

/** The actor of imported events, and their `imported.system`. */
export const LEGACY = { actor: "import-legacy", system: "legacy" } as const;

/** Returns the metadata of an item's events. */
export function metadataOf({ id, owner, times }: Item): EventMetadata {
  return { owner, actor: LEGACY.actor, imported: { system: LEGACY.system, id, ...times } };
}

/** Returns the original times of a row; unknown ones are absent. */
export function timesOf(created: unknown, updated: unknown): Item["times"] {
  const createdAt = timeOf(created);
  const updatedAt = timeOf(updated);
  return { ...(createdAt === null ? {} : { createdAt }), ...(updatedAt === null ? {} : { updatedAt }) };
}
