import type { EventMetadata } from "../event_log/mod.ts";
import type { KnownAsset } from "../jobs/wanted_assets.ts";
import type { AssetItem } from "./assets.ts";
import type { PlainItem } from "./item.ts";
import type { Places } from "./places.ts";

/** Where an import goes: a data directory, or for a dry run nowhere. */
export interface Target {
  readonly places: Places;
  /** The metadata of a stream's first event; null when there is no such stream. */
  firstOf(stream: string): Promise<EventMetadata | null>;
  /** Told of what an earlier run has brought over. @returns a note when that changed something */
  keep(item: AssetItem | PlainItem): Promise<string | null>;
  /**
   * Brings an item over, all of it or nothing.
   *
   * @returns why it is failed there; null when it is as it should be
   */
  put(item: AssetItem | PlainItem): Promise<{ readonly message: string } | null>;
  readonly brandOf: (owner: string, clientId: string) => Record<string, unknown> | null;
  readonly assetOf: (owner: string, assetId: string) => KnownAsset | undefined;
}

/** True for an item whose events depend on its bytes. */
export function isAsset(item: AssetItem | PlainItem): item is AssetItem {
  return item.kind === "asset";
}
