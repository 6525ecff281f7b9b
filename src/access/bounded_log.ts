import { AppError } from "../core/errors.ts";
import {
  type AppendLimit,
  type EventCatalogue,
  type EventLog,
  LimitExceeded,
  type LogSizes,
  type StreamWrite,
} from "../event_log/mod.ts";
import type { OwnerQuotas } from "./owner_quotas.ts";

/** The most events of one stream that people can add to: every command reads all of them. */
export const MAX_STREAM_EVENTS = 10_000;
/** The same limit, in bytes of event data. */
export const MAX_STREAM_BYTES = 8 * 1024 * 1024;
/** The number of events that need no size check, because a body has at most 1 MiB. */
const FEW_EVENTS = 8;

const STREAM_EVENTS = "events of a stream";
const STREAM_BYTES = "bytes of a stream";
const OF_STREAMS: ReadonlySet<string> = new Set([STREAM_EVENTS, STREAM_BYTES]);

/** Dependencies of the bounded log. */
export interface LogBounds {
  readonly catalogue: Pick<EventCatalogue, "areEssential">;
  readonly sizes: LogSizes;
  readonly quotas: OwnerQuotas;
  /** The measures of the log, which get those of the limits. */
  readonly measures: Map<string, (of: string) => number>;
}

/**
 * Bounds the events that people can add to the log, by any endpoint: the bytes of an owner, and the events of a stream.
 * Essential events and the outcomes of work that has begun always pass.
 */
export function boundedLog(log: EventLog, { catalogue, sizes, quotas, measures }: LogBounds): EventLog {
  for (const [name, measure] of Object.entries(quotas.measures)) measures.set(name, measure);
  measures.set(STREAM_EVENTS, (stream) => sizes.sizeOf(stream).events);
  measures.set(STREAM_BYTES, (stream) => sizes.sizeOf(stream).bytes);
  return {
    ...log,
    async append(writes, metadata, options = {}) {
      const all = "stream" in writes ? [writes] : writes;
      const isFree = metadata.actor === "system" || all.every(({ events }) => catalogue.areEssential(events));
      if (!isFree) {
        // Outside of the append: brings the sum up to date, so that the limit within it reads only new events.
        sizes.bytesOf(metadata.owner);
      }
      const bounds = isFree ? [] : [...quotas.logLimits(metadata.owner), ...all.flatMap(limitsOfStream)];
      try {
        return await log.append(writes, metadata, { ...options, limits: [...(options.limits ?? []), ...bounds] });
      } catch (error) {
        if (!(error instanceof LimitExceeded)) throw error;
        const { limit, actual } = error;
        throw OF_STREAMS.has(limit.measure) ? historyFull() : quotas.exceeded(limit, actual);
      }
    },
  };
}

function limitsOfStream({ stream, expected }: StreamWrite): readonly AppendLimit[] {
  if (expected === "none" || (typeof expected === "number" && expected < FEW_EVENTS)) return [];
  return [
    { measure: STREAM_EVENTS, of: stream, most: MAX_STREAM_EVENTS },
    { measure: STREAM_BYTES, of: stream, most: MAX_STREAM_BYTES },
  ];
}

/** The error of a stream that is full. */
export function historyFull(): AppError {
  return new AppError(
    "history_full",
    `Cannot change it any more: its history has ${MAX_STREAM_EVENTS} events or ${MAX_STREAM_BYTES} bytes`,
    { mostEvents: MAX_STREAM_EVENTS, mostBytes: MAX_STREAM_BYTES },
  );
}
