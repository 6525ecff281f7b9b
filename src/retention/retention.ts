import type { Database } from "bun:sqlite";
import type { ContentUse, StoredBlob } from "../blobs/mod.ts";
import { createContentLookup, type EventType, indexContentPaths } from "../event_log/mod.ts";
import { contentPaths } from "./content_paths.ts";

/** Decides which stored contents are retained. */
export interface Retention extends Disposable {
  /**
   * Returns the use of one content in the log. While an event that must name a content is damaged, every content counts
   * as needed: the damaged event may have named it.
   */
  useOf(sha256: string): ContentUse;
  /** Lists every content that the log needs, in the order of the hashes. */
  neededContents(): StoredBlob[];
}

/** The event types that decide about retention. */
export interface RetentionOptions {
  /** Every event type of the log. */
  readonly events: readonly EventType[];
  /** The types of events after which a stream needs none of the contents that its earlier events name. */
  readonly releasedBy: readonly EventType[];
}

/**
 * Creates the retention rules over the events alone: read tables are disposable, so a wrong row must not delete a byte.
 */
export function createRetention(db: Database, { events, releasedBy }: RetentionOptions): Retention {
  const lookup = createContentLookup(db, {
    paths: contentPaths(events),
    releasedBy: releasedBy.map(({ type }) => type),
  });
  return {
    useOf(sha256) {
      if (lookup.isNeeded(sha256) || lookup.isDamaged()) return "needed";
      return lookup.isNamed(sha256) ? "released" : "unnamed";
    },
    neededContents: () => lookup.neededContents(),
    [Symbol.dispose]: () => lookup[Symbol.dispose](),
  };
}

/** Creates the indexes by which {@linkcode createRetention} finds a content quickly. */
export function indexContents(db: Database, events: readonly EventType[]): void {
  indexContentPaths(db, contentPaths(events));
}
