import { assertWhole, MAX_PAGE_BYTES, type Page, type PageRequest } from "../core/paging.ts";
import type { EventLog, RecordedEvent } from "../event_log/mod.ts";

/**
 * Returns a page of a stream, oldest first, since a history is read from its beginning.
 *
 * A cursor is the version of the last event of the page before, so pages are stable while the stream grows.
 */
export async function pageOfStream(log: EventLog, stream: string, request: PageRequest): Promise<Page<RecordedEvent>> {
  const { limit } = request;
  const after = request.by === "cursor" ? request.before : request.offset;
  const items = await log.readStream(stream, { after, limit, maxBytes: MAX_PAGE_BYTES });
  const [version, last] = [await log.versionOf(stream), items.at(-1)?.version ?? after];
  const next = items.length > 0 && last < version ? last : null;
  if (next !== null && items.length < limit) assertWhole(request, items.length);
  return {
    items,
    next,
    total: request.by === "offset" ? version : null,
  };
}
