import { TypeCompiler } from "@sinclair/typebox/compiler";
import type { RecordedEvent } from "./event.ts";
import type { EventCatalogue } from "./event_catalogue.ts";
import {
  type AppendCondition,
  assertWithin,
  type EventLog,
  isExpected,
  type Measures,
  type ReadOptions,
  StaleDecision,
  type StreamWrite,
  VersionConflict,
} from "./event_log.ts";
import { createListeners } from "./listeners.ts";
import { EventMetadata } from "./metadata.ts";
import { positionAt } from "./position_at.ts";
import { takeBytes } from "./take_bytes.ts";
import { nextTime } from "./times.ts";
import { createLocalClaims } from "./work/claims.ts";

/** The catalogue, the clock and the id generator, which a test can fix. */
export interface InMemoryEventLogOptions {
  readonly catalogue: EventCatalogue;
  /** Updates read models within the append; an error undoes the append. */
  readonly apply?: (events: readonly RecordedEvent[]) => void;
  readonly measures?: Measures;
  readonly now?: () => Date;
  /** UUIDv7. */
  readonly newId?: () => string;
  /** Receives the error of a listener that threw. */
  readonly onError?: (error: unknown) => void;
}

/** A stored event with the texts that a database would hold, so that nothing is shared with the writer. */
interface StoredEvent extends Omit<RecordedEvent, "data" | "metadata"> {
  readonly data: string;
  readonly metadata: string;
}

const metadataCheck = TypeCompiler.Compile(EventMetadata);

/** Creates a log in memory, for tests and for uses that need no disk. It fulfils the whole contract of the port. */
export function createInMemoryEventLog(options: InMemoryEventLogOptions): EventLog {
  const { catalogue, apply = () => {}, now = () => new Date(), newId = () => Bun.randomUUIDv7() } = options;
  const { measures = new Map(), onError = (error) => process.emitWarning(String(error)) } = options;
  const events: StoredEvent[] = [];
  const listeners = createListeners(0, onError);

  function versionOf(stream: string): number {
    return events.findLast((event) => event.stream === stream)?.version ?? 0;
  }

  function read(stored: StoredEvent): RecordedEvent {
    const upcast = catalogue.upcast({ ...stored, data: JSON.parse(stored.data) });
    return { ...stored, ...upcast, metadata: JSON.parse(stored.metadata) };
  }

  function assertHolds(condition: AppendCondition): void {
    if ("stream" in condition) {
      const actual = versionOf(condition.stream);
      if (!isExpected(condition.expected, actual)) throw new StaleDecision(condition, actual);
      return;
    }
    const { owner, unchangedSince, types } = condition;
    const moved = events
      .slice(unchangedSince)
      .map(read)
      .find(({ type, metadata }) => metadata.owner === owner && (types === undefined || types.includes(type)));
    if (moved) throw new StaleDecision(condition, moved.position);
  }

  function write({ stream, expected, events: given }: StreamWrite, metadata: string, recordedAt: string): void {
    const actual = versionOf(stream);
    if (!isExpected(expected, actual)) throw new VersionConflict({ stream, expected }, actual);
    for (const [index, event] of given.entries()) {
      catalogue.check(event);
      const { type, schemaVersion } = event;
      const data = JSON.stringify(event.data);
      const [position, version] = [events.length + 1, actual + index + 1];
      events.push({ position, id: newId(), stream, version, type, schemaVersion, data, metadata, recordedAt });
    }
  }

  function wanted({ after, upTo = Number.MAX_SAFE_INTEGER, limit, maxBytes, ...which }: ReadOptions): RecordedEvent[] {
    const { owner, streams, types } = which;
    const fitting = events
      .slice(after, upTo)
      .filter(({ stream, type }) => (streams?.includes(stream) ?? true) && (types?.includes(type) ?? true))
      .filter(({ metadata }) => owner === undefined || JSON.parse(metadata).owner === owner)
      .slice(0, limit);
    return takeBytes(fitting, maxBytes).map(read);
  }

  return {
    append: (writes, metadata, { conditions = [], limits = [] } = {}) =>
      Promise.try(() => {
        if (!metadataCheck.Check(metadata)) throw new Error("Cannot append: the metadata does not fit its schema");
        const before = events.length;
        const metadataText = JSON.stringify(metadata);
        try {
          conditions.forEach(assertHolds);
          const recordedAt = nextTime(now(), events.at(-1)?.recordedAt);
          for (const each of "stream" in writes ? [writes] : writes) write(each, metadataText, recordedAt);
          const recorded = events.slice(before).map(read);
          apply(recorded);
          assertWithin(limits, measures);
          listeners.notify(recorded);
          return recorded;
        } catch (error) {
          events.length = before;
          throw error;
        }
      }),
    readStream: (stream, range) =>
      Promise.try(() => {
        const { after, limit, maxBytes } = range ?? { after: 0, limit: events.length };
        const ofStream = events.filter((event) => event.stream === stream && event.version > after);
        return takeBytes(ofStream.slice(0, limit), maxBytes).map(read);
      }),
    versionOf: (stream) => Promise.resolve(versionOf(stream)),
    read: (readOptions) => Promise.try(() => wanted(readOptions)),
    head: () => Promise.resolve(events.length),
    positionAt: (time, at = now()) =>
      Promise.resolve(
        positionAt(time, { head: events.length, timeAt: (position) => events[position - 1]?.recordedAt ?? "" }, at),
      ),
    subscribe: (listener) => listeners.add(listener),
    claims: createLocalClaims(),
  };
}
