import type { EventMetadata } from "../event_log/mod.ts";
import type { KnownAsset } from "../jobs/requests/resolve_assets.ts";
import type { AssetItem } from "./assets.ts";
import type { Places } from "./client_scopes.ts";
import type { PlainItem } from "./item.ts";
import type { FilmOutcome } from "./job_ending.ts";
import type { JobItem } from "./jobs.ts";

/** Any item of the old file. */
export type AnyItem = AssetItem | JobItem | PlainItem;

/** What became of an item. */
export interface Outcome {
  /** Why it is failed here; null when it is as it should be. */
  readonly failure: string | null;
  /** What became of a job's film. */
  readonly film: FilmOutcome["kind"];
  /** What a person should know besides. */
  readonly notes: readonly string[];
}

/** The outcome of an item that came over as it was. */
export const FINE: Outcome = { failure: null, film: "none", notes: [] };

/** Where an import goes: a data directory, or for a dry run nowhere. */
export interface Target {
  readonly places: Places;
  /** The metadata of a stream's first event; null when there is no such stream. */
  firstOf(stream: string): Promise<EventMetadata | null>;
  /** Completes what an earlier run has brought over. @returns null when that changed nothing */
  keep(item: AnyItem): Promise<Outcome | null>;
  /** Brings an item over, all of it or nothing. */
  put(item: AnyItem): Promise<Outcome>;
  readonly brandOf: (owner: string, clientId: string) => Record<string, unknown> | null;
  readonly assetOf: (owner: string, assetId: string) => KnownAsset | undefined;
}
