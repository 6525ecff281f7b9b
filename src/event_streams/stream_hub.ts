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
  /** How many streams are open, in all or of one owner. */
  count(owner?: string): number;
  /** Ends every stream and opens no more. */
  close(): void;
}

/** What the hub is made of. */
export interface StreamHubOptions {
  readonly log: EventLog;
  readonly tell: DescribeEvent;
  /** The time between two comments on a stream on which nothing happens, in milliseconds. */
  readonly heartbeatMs?: number;
  /** How much may wait for a client that does not take it, in bytes. */
  readonly maxQueuedBytes?: number;
  /** Told of an event that cannot be told: a bug of ours. */
  readonly onError: (error: unknown) => void;
}

/**
 * Makes the hub. It has one listener at the log and one timer, however many clients there are, and makes the frame of an
 * event once for all of them.
 */
export function createStreamHub({
  log,
  tell,
  heartbeatMs = 15_000,
  maxQueuedBytes = 1024 * 1024,
  onError,
}: StreamHubOptions): StreamHub {
  const byOwner = new Map<string, Set<EventStream>>();
  const line = createFairSemaphore(1);
  const encode = (event: RecordedEvent) => frameOf(event, tell);
  let isClosed = false;

  function all(): EventStream[] {
    return [...byOwner.values()].flatMap((eventStreams) => [...eventStreams]);
  }

  function forget(feed: EventStream): void {
    const eventStreams = byOwner.get(feed.owner);
    eventStreams?.delete(feed);
    if (eventStreams?.size === 0) byOwner.delete(feed.owner);
  }

  function tellOne(event: RecordedEvent): void {
    const eventStreams = byOwner.get(event.metadata.owner);
    if (!eventStreams) return;
    let made: ReturnType<typeof encode> | undefined;
    const frame = () => (made ??= encode(event));
    for (const feed of [...eventStreams]) {
      try {
        feed.tell(event, frame);
      } catch (error) {
        // Left out it would be lost without a word; the client comes back and is told of the failure then.
        onError(error);
        feed.finish();
      }
    }
  }

  /** One feed at a time reads on, or those who open many from far back would hold up every request. */
  async function turnOf(owner: string): Promise<void> {
    using _place = await line.enter(owner, NEVER);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  const unsubscribe = log.subscribe((events) => events.forEach(tellOne));
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
