import type { EventLog, RecordedEvent } from "../event_log/mod.ts";
import type { Page, PageRequest } from "../http/paging.ts";

/**
 * A page of a stream, oldest first, since a history is read from its beginning.
 *
 * A cursor stands at the version of the last event of the page before, so pages stay as they are while the stream grows.
 */
export async function pageOfStream(log: EventLog, stream: string, asked: PageRequest): Promise<Page<RecordedEvent>> {
  const { limit } = asked;
  const after = asked.by === "cursor" ? asked.before : asked.offset;
  const events = await log.readStream(stream, { after, limit: limit + 1 });
  const items = events.slice(0, limit);
  return {
    items,
    next: events.length > limit ? (items.at(-1)?.version ?? null) : null,
    total: asked.by === "offset" ? await log.versionOf(stream) : null,
  };
}
