import { AppError } from "../core/errors.ts";
import type { Quotas } from "../core/quotas.ts";
import type { EventCatalogue, EventLog, LogSizes, StreamWrite } from "../event_log/mod.ts";

/** The most events of one stream that people can add to: every command reads all of them. */
export const MAX_STREAM_EVENTS = 10_000;
/** The same limit, in bytes of event data. */
export const MAX_STREAM_BYTES = 8 * 1024 * 1024;
/** The number of events that need no size check, because a body has at most 1 MiB. */
const FEW_EVENTS = 8;

/** Dependencies of the bounded log. */
export interface LogBounds {
  readonly catalogue: Pick<EventCatalogue, "areEssential">;
  readonly sizes: LogSizes;
  readonly quotas: Quotas;
}

/**
 * Bounds the events that people can add to the log, by any endpoint: the bytes of an owner, and the events of a stream.
 * Essential events and the outcomes of work that has begun always pass.
 */
export function boundedLog(log: EventLog, { catalogue, sizes, quotas }: LogBounds): EventLog {
  return {
    ...log,
    append(writes, metadata, options = {}) {
      const all = "stream" in writes ? [writes] : writes;
      const isFree = metadata.actor === "system" || all.every(({ events }) => catalogue.areEssential(events));
      if (isFree) return log.append(writes, metadata, options);
      // Outside of the append: brings the sum up to date, so that the check within it reads only new events.
      sizes.bytesOf(metadata.owner);
      return log.append(writes, metadata, {
        ...options,
        check() {
          options.check?.();
          quotas.checkLog(metadata.owner);
          all.forEach(assertRoom);
        },
      });
    },
  };

  function assertRoom({ stream, expected }: StreamWrite): void {
    if (expected === "none" || (typeof expected === "number" && expected < FEW_EVENTS)) return;
    const { events, bytes } = sizes.sizeOf(stream);
    if (events <= MAX_STREAM_EVENTS && bytes <= MAX_STREAM_BYTES) return;
    throw historyFull();
  }
}

/** The error of a stream that is full. */
export function historyFull(): AppError {
  return new AppError(
    "history_full",
    `Cannot change it any more: its history has ${MAX_STREAM_EVENTS} events or ${MAX_STREAM_BYTES} bytes`,
    { mostEvents: MAX_STREAM_EVENTS, mostBytes: MAX_STREAM_BYTES },
  );
}
