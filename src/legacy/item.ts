import type { EventMetadata, Imported, NewEvent } from "../event_log/mod.ts";
import { timeOf } from "./values.ts";

/** The kinds of things that are brought over, in this order: each may name things of the earlier ones. */
export const KINDS = ["client", "campaign", "asset", "job"] as const;
/** One of {@linkcode KINDS}. */
export type Kind = (typeof KINDS)[number];

/** Something of the old file as events of a new stream. */
export interface Item {
  readonly kind: Kind;
  readonly id: string;
  readonly owner: string;
  readonly stream: string;
  readonly times: Pick<Imported, "createdAt" | "updatedAt">;
  /** What could not be brought over as it was, each a sentence for people. */
  readonly notes: readonly string[];
}

/** An item of which only the events are to be made. */
export interface PlainItem extends Item {
  readonly kind: "client" | "campaign";
  readonly events: readonly NewEvent[];
}

/** A row that cannot be brought over at all; the message says why. */
export class NotImportable extends Error {}

/** Who has made the events of an import, and what `imported.system` says. */
export const LEGACY = { actor: "import-legacy", system: "legacy" } as const;

/** The metadata of the events of an item. */
export function metadataOf({ id, owner, times }: Item): EventMetadata {
  return { owner, actor: LEGACY.actor, imported: { system: LEGACY.system, id, ...times } };
}

/** The original times of a row: absent where the row does not say. */
export function timesOf(created: unknown, updated: unknown): Item["times"] {
  const createdAt = timeOf(created);
  const updatedAt = timeOf(updated);
  return { ...(createdAt === null ? {} : { createdAt }), ...(updatedAt === null ? {} : { updatedAt }) };
}
