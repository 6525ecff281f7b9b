import { AppError } from "../errors.ts";
import type { NewEvent, RecordedEvent } from "./event.ts";
import type { EventMetadata } from "./metadata.ts";

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
  readonly streams?: readonly string[];
  readonly types?: readonly string[];
}

/** Which events of a stream to read. */
export interface StreamRange {
  /** Only versions greater than this; 0 is all. */
  readonly after: number;
  /** At most so many. */
  readonly limit: number;
}

/** How an append is to be made. */
export interface AppendOptions {
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
}

/** Somebody else has written to the stream, or it is not there as expected. Load, decide and append again. */
export class VersionConflict extends AppError {
  constructor(write: StreamWrite, actual: number) {
    const expected = typeof write.expected === "number" ? `version ${write.expected}` : `'${write.expected}'`;
    super("conflict", `Cannot append to ${write.stream}: expected ${expected}, it is at version ${actual}`);
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
