import { AppError } from "../core/errors.ts";
import type { NewEvent, RecordedEvent } from "./event.ts";
import type { EventMetadata } from "./metadata.ts";
import type { Claims } from "./work/claims.ts";

/**
 * What the writer believes of the stream: that it has no event, that it has some, nothing at all, or that its last
 * event has exactly this version.
 */
export type ExpectedVersion = "none" | "exists" | "any" | number;

/** Events for one stream. */
export interface StreamWrite {
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: readonly NewEvent[];
}

/** Which events to read, in the order of their positions. */
export interface ReadOptions {
  /** Only positions greater than this; 0 is all. */
  readonly after: number;
  /** Only positions up to this one. */
  readonly upTo?: number;
  /** At most so many. */
  readonly limit: number;
  /** Ends after the event with which there are as many bytes of data, so that it always goes on. Default: no bound. */
  readonly maxBytes?: number;
  /** Only what belongs to this owner; nothing of others is read to find it. */
  readonly owner?: string;
  readonly streams?: readonly string[];
  readonly types?: readonly string[];
}

/** Which events of a stream to read. */
export interface StreamRange {
  /** Only versions greater than this; 0 is all. */
  readonly after: number;
  /** At most so many. */
  readonly limit: number;
  /** Ends after the event with which there are as many bytes of data. Default: no bound. */
  readonly maxBytes?: number;
}

/** Another stream is as the writer read it: it has not moved on, or has never begun. */
export interface StreamCondition {
  readonly stream: string;
  readonly expected: ExpectedVersion;
}

/** No event of the owner, of any type or of one of these, has come after the position that the writer read up to. */
export interface OwnerCondition {
  readonly owner: string;
  readonly unchangedSince: number;
  readonly types?: readonly string[] | undefined;
}

/**
 * A fact beyond the written streams that a decision rests on. It is data, so that any engine can check it inside the
 * commit; the stream of an owner is compared with what is in the log before the append.
 */
export type AppendCondition = StreamCondition | OwnerCondition;

/** How an append is to be made. */
export interface AppendOptions {
  /** Facts that must still hold at the commit; else {@linkcode StaleDecision}. */
  readonly conditions?: readonly AppendCondition[] | undefined;
  /**
   * Asked when everything is written and projected and before it is kept: no other append comes between this and the
   * commit. What it throws undoes all of it and rejects the append. It only reads, and at once.
   */
  readonly check?: (() => void) | undefined;
}

/** Called after each commit, with what was committed. It must not throw. */
export type LogListener = (events: readonly RecordedEvent[]) => void;

/**
 * The append-only log, Reelog's only truth. The port says nothing of the engine and is asynchronous, so that another
 * one can take its place.
 */
export interface EventLog {
  /**
   * Appends to one or several streams, all or nothing, and brings the inline projections up to date with it.
   *
   * @throws {VersionConflict} when a stream is not as expected; nothing is written then
   * @throws {StaleDecision} when a condition no longer holds; nothing is written then
   * @throws what `options.check` throws; nothing is written then
   */
  append(
    writes: StreamWrite | readonly StreamWrite[],
    metadata: EventMetadata,
    options?: AppendOptions,
  ): Promise<readonly RecordedEvent[]>;
  /** The events of a stream in order, all or some; empty when there is none. */
  readStream(stream: string, range?: StreamRange): Promise<readonly RecordedEvent[]>;
  /** The version of a stream's last event, which is also how many it has; 0 when there is none. */
  versionOf(stream: string): Promise<number>;
  read(options: ReadOptions): Promise<readonly RecordedEvent[]>;
  /** The position of the last event, 0 when there is none. */
  head(): Promise<number>;
  /** Calls the listener for each commit from now on, also of other processes; the function it returns ends that. */
  subscribe(listener: LogListener): () => void;
  /** Claims to work that the events of this log ask for. */
  readonly claims: Claims;
}

/** Somebody else has written to the stream, or it is not there as expected. Load, decide and append again. */
export class VersionConflict extends AppError {
  constructor(write: Pick<StreamWrite, "stream" | "expected">, actual: number) {
    const expected = typeof write.expected === "number" ? `version ${write.expected}` : `'${write.expected}'`;
    super("conflict", `Cannot append to ${write.stream}: expected ${expected}, it is at version ${actual}`);
  }
}

/** A fact that the decision rested on has changed. Load, decide and append again, as after any version conflict. */
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

/** Whether a stream whose last event has the version `actual` (0: none) is as expected. */
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
