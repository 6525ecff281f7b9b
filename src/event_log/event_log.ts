import { AppError } from "../core/errors.ts";
import type { NewEvent, RecordedEvent } from "./event.ts";
import type { EventMetadata } from "./metadata.ts";
import type { Claims } from "./work/claims.ts";

/**
 * The version of the stream that the writer expects: no events, at least one, any, or exactly this version of the last
 * event.
 */
export type ExpectedVersion = "none" | "exists" | "any" | number;

/** The events to append to one stream. */
export interface StreamWrite {
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: readonly NewEvent[];
}

/** The selection of events to read, in the order of their positions. */
export interface ReadOptions {
  /** Only positions greater than this; 0 is all. */
  readonly after: number;
  /** Only positions up to this one. */
  readonly upTo?: number;
  /** The maximum number of events. */
  readonly limit: number;
  /** Ends after the event that reaches this many bytes of data, so that a read always advances. Default: no limit. */
  readonly maxBytes?: number;
  /** Only events of this owner; no other events are read to find them. */
  readonly owner?: string;
  readonly streams?: readonly string[];
  readonly types?: readonly string[];
}

/** The selection of a stream's events to read. */
export interface StreamRange {
  /** Only versions greater than this; 0 is all. */
  readonly after: number;
  /** The maximum number of events. */
  readonly limit: number;
  /** Ends after the event that reaches this many bytes of data. Default: no limit. */
  readonly maxBytes?: number;
}

/** The condition that another stream is unchanged since the writer read it, or still has no events. */
export interface StreamCondition {
  readonly stream: string;
  readonly expected: ExpectedVersion;
}

/**
 * The condition that no event of the owner, of any or of these types, came after the position that the writer read up
 * to.
 */
export interface OwnerCondition {
  readonly owner: string;
  readonly unchangedSince: number;
  readonly types?: readonly string[] | undefined;
}

/**
 * A fact outside the written streams that a decision depends on. It is data, so that any engine can check it inside the
 * commit; the owner's stream is compared with the log as it was before the append.
 */
export type AppendCondition = StreamCondition | OwnerCondition;

/**
 * A bound that an append must keep. The log measures after the writes and projections and before the commit, so no other
 * append comes in between.
 */
export interface AppendLimit {
  /** The name of one of the log's {@linkcode Measures}. */
  readonly measure: string;
  /** The subject of the measure: an owner or a stream. */
  readonly of: string;
  readonly most: number;
  /** The share of this append in the measure, where its writer knows it: for the error. */
  readonly added?: number;
}

/** The measures of a log by name. Each returns a number of its subject from the log and its read models. */
export type Measures = ReadonlyMap<string, (of: string) => number>;

/** The options of an append. */
export interface AppendOptions {
  /** Facts that must still hold at the commit; else {@linkcode StaleDecision}. */
  readonly conditions?: readonly AppendCondition[] | undefined;
  /** Bounds that must hold with the appended events; else {@linkcode LimitExceeded}. */
  readonly limits?: readonly AppendLimit[] | undefined;
}

/** Called after each commit, with the committed events. Must not throw. */
export type LogListener = (events: readonly RecordedEvent[]) => void;

/** The events of a log, for reading. */
export interface EventReader {
  /** Returns the events of a stream in order, all or a range; empty when the stream has none. */
  readStream(stream: string, range?: StreamRange): Promise<readonly RecordedEvent[]>;
  /** Returns the version of a stream's last event, which is also their number; 0 when there are none. */
  versionOf(stream: string): Promise<number>;
  read(options: ReadOptions): Promise<readonly RecordedEvent[]>;
  /** Returns the position of the last event, 0 when there are no events. */
  head(): Promise<number>;
  /**
   * Returns the position of the log at a time: that of the last event which was recorded until then, 0 when there was
   * none. For a time from `now` on, by default the clock's, it is the head.
   */
  positionAt(time: Date, now?: Date): Promise<number>;
}

/**
 * The append-only log, Reelog's single source of truth. The port is independent of the engine and asynchronous, so that
 * another engine can implement it.
 */
export interface EventLog extends EventReader {
  /**
   * Appends to one or several streams, all or nothing, and updates the inline projections.
   *
   * @throws {VersionConflict} when a stream is not as expected; nothing is written then
   * @throws {StaleDecision} when a condition no longer holds; nothing is written then
   * @throws {LimitExceeded} when a limit would be exceeded; nothing is written then
   */
  append(
    writes: StreamWrite | readonly StreamWrite[],
    metadata: EventMetadata,
    options?: AppendOptions,
  ): Promise<readonly RecordedEvent[]>;
  /** Calls the listener for each later commit, also of other processes; the returned function unsubscribes it. */
  subscribe(listener: LogListener): () => void;
  /** The claims to work that the events of this log request. */
  readonly claims: Claims;
}

/** Another writer has changed the stream, or it is not as expected. Load, decide and append again. */
export class VersionConflict extends AppError {
  constructor(write: Pick<StreamWrite, "stream" | "expected">, actual: number) {
    const expected = typeof write.expected === "number" ? `version ${write.expected}` : `'${write.expected}'`;
    super("conflict", `Cannot append to ${write.stream}: expected ${expected}, it is at version ${actual}`);
  }
}

/** A fact that the decision depended on has changed. Load, decide and append again, as after any version conflict. */
export class StaleDecision extends VersionConflict {
  constructor(condition: AppendCondition, actual: number) {
    super(
      "stream" in condition
        ? condition
        : { stream: `the log of ${condition.owner}`, expected: condition.unchangedSince },
      actual,
    );
  }
}

/** An append would exceed a limit. Whoever sets limits turns it into an error for the client. */
export class LimitExceeded extends Error {
  override readonly name = "LimitExceeded";
  constructor(
    readonly limit: AppendLimit,
    readonly actual: number,
  ) {
    super(`Cannot append: the ${limit.measure} of ${limit.of} would be ${actual}, and may be ${limit.most}`);
  }
}

/**
 * Checks the limits of an append.
 *
 * @throws {LimitExceeded} for the first one that is exceeded
 */
export function assertWithin(limits: readonly AppendLimit[], measures: Measures): void {
  for (const limit of limits) {
    const measure = measures.get(limit.measure);
    if (!measure) throw new Error(`Cannot append: the log has no measure '${limit.measure}'`);
    const actual = measure(limit.of);
    if (actual > limit.most) throw new LimitExceeded(limit, actual);
  }
}

/** Returns true when a stream whose last event has the version `actual` (0: no events) is as expected. */
export function isExpected(expected: ExpectedVersion, actual: number): boolean {
  switch (expected) {
    case "any":
      return true;
    case "none":
      return actual === 0;
    case "exists":
      return actual > 0;
    default:
      return actual === expected;
  }
}
