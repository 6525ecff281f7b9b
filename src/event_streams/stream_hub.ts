import { AppError } from "../core/errors.ts";
import { createFairSemaphore } from "../core/fair_semaphore.ts";
import { NEVER } from "../core/identity.ts";
import type { EventLog, RecordedEvent } from "../event_log/mod.ts";
import type { DescribeEvent } from "../history/mod.ts";
import { createEventStream, type EventStream, type EventStreamOptions } from "./event_stream.ts";
import { frameOf } from "./sse_frame.ts";

/** All open streams of events. */
export interface StreamHub {
  /** @throws {AppError} `unavailable` while the server stops */
  open(options: EventStreamOptions): EventStream;
  /** Returns the number of open streams, in all or of one owner. */
  count(owner?: string): number;
  /** Ends every stream and rejects new ones. */
  close(): void;
}

/** The dependencies and limits of the hub. */
export interface StreamHubOptions {
  readonly log: EventLog;
  readonly describe: DescribeEvent;
  /** The time between two heartbeats on an idle stream, in milliseconds. */
  readonly heartbeatMs?: number;
  /** The limit of unsent data for a client that does not read, in bytes. */
  readonly maxQueuedBytes?: number;
  /** Receives the error of an event that cannot be described, which is a bug. */
  readonly onError: (error: unknown) => void;
}

/**
 * Creates the hub. It has one listener on the log and one timer for any number of clients, and encodes the frame of an
 * event once for all of them.
 */
export function createStreamHub({
  log,
  describe,
  heartbeatMs = 15_000,
  maxQueuedBytes = 1024 * 1024,
  onError,
}: StreamHubOptions): StreamHub {
  const byOwner = new Map<string, Set<EventStream>>();
  const line = createFairSemaphore(1);
  const encode = (event: RecordedEvent) => frameOf(event, describe);
  let isClosed = false;

  function all(): EventStream[] {
    return [...byOwner.values()].flatMap((eventStreams) => [...eventStreams]);
  }

  function forget(feed: EventStream): void {
    const eventStreams = byOwner.get(feed.owner);
    eventStreams?.delete(feed);
    if (eventStreams?.size === 0) byOwner.delete(feed.owner);
  }

  function sendOne(event: RecordedEvent): void {
    const eventStreams = byOwner.get(event.metadata.owner);
    if (!eventStreams) return;
    let made: ReturnType<typeof encode> | undefined;
    const frame = () => (made ??= encode(event));
    for (const feed of [...eventStreams]) {
      try {
        feed.send(event, frame);
      } catch (error) {
        // Skipping the event would lose it silently; the client reconnects and gets the failure then.
        onError(error);
        feed.finish();
      }
    }
  }

  /** Lets one stream at a time read on: many clients that resume from far back would delay every request. */
  async function turnOf(owner: string): Promise<void> {
    using _place = await line.enter(owner, NEVER);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  const unsubscribe = log.subscribe((events) => events.forEach(sendOne));
  const beating = setInterval(() => {
    for (const feed of all()) feed.tick();
  }, heartbeatMs);
  beating.unref();

  return {
    open(options) {
      if (isClosed) throw new AppError("unavailable", "Cannot stream events: the server stops");
      const feed = createEventStream(options, { log, encode, maxQueuedBytes, turnOf, onOver: forget });
      const eventStreams = byOwner.get(feed.owner) ?? new Set();
      byOwner.set(feed.owner, eventStreams.add(feed));
      return feed;
    },
    count: (owner) => (owner === undefined ? all().length : (byOwner.get(owner)?.size ?? 0)),
    close() {
      isClosed = true;
      unsubscribe();
      clearInterval(beating);
      for (const feed of all()) feed.finish();
    },
  };
}
