import type { EventMetadata } from "../event_log/mod.ts";
import type { KnownAsset } from "../jobs/mod.ts";
import type { AssetItem } from "./assets.ts";
import type { ClientScopes } from "./client_scopes.ts";
import type { PlainItem } from "./item.ts";
import type { FilmOutcome } from "./job_ending.ts";
import type { JobItem } from "./jobs.ts";

/** Any item of the old file. */
export type AnyItem = AssetItem | JobItem | PlainItem;

/** The outcome of importing an item. */
export interface Outcome {
  /** The error of an item that was imported as failed; else null. */
  readonly failure: string | null;
  /** The outcome of a job's film. */
  readonly film: FilmOutcome["kind"];
  /** Further remarks for the report. */
  readonly notes: readonly string[];
}

/** The outcome of an item that was imported unchanged. */
export const FINE: Outcome = { failure: null, film: "none", notes: [] };

/** The destination of an import: a data directory, or nothing in a dry run. */
export interface Target {
  readonly clientScopes: ClientScopes;
  /** Returns the metadata of a stream's first event; null when there is no such stream. */
  firstOf(stream: string): Promise<EventMetadata | null>;
  /** Completes an item that an earlier run imported. @returns null when nothing changed */
  keep(item: AnyItem): Promise<Outcome | null>;
  /** Imports an item, all of it or nothing. */
  put(item: AnyItem): Promise<Outcome>;
  readonly brandOf: (owner: string, clientId: string) => Record<string, unknown> | null;
  readonly assetOf: (owner: string, assetId: string) => KnownAsset | undefined;
}
