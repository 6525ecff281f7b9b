import type { EventLog, ReadOptions, RecordedEvent } from "../event_log/mod.ts";
import { HEARTBEAT } from "./sse_frame.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What one client wants. */
export interface EventStreamOptions {
  /** Nobody else's events come, whatever is wanted. */
  readonly owner: string;
  /** Events after this position. */
  readonly after: number;
  readonly opening: Bytes;
  /** What the log can pick by an index; what is wanted is among it. */
  readonly among?: Pick<ReadOptions, "streams" | "types">;
  readonly wants?: (event: RecordedEvent) => boolean;
  /** Whether the stream is over after this event. */
  readonly endsWith?: (event: RecordedEvent) => boolean;
  /** Ends the stream, e.g. when the client's key is revoked. */
  readonly signal?: AbortSignal;
  /** Called when the client is too slow: its connection is to be closed, whatever is still unsent. */
  readonly onCutOff: () => void;
}

/** What a feed is made of. */
export interface EventStreamDeps {
  readonly log: Pick<EventLog, "read">;
  readonly encode: (event: RecordedEvent) => Bytes;
  /** How much may wait for a client that does not take it, in bytes. */
  readonly maxQueuedBytes: number;
  /** Comes when the owner may read on; others have had turns of the event loop until then. */
  readonly turnOf: (owner: string) => Promise<void>;
  /** Called once, when the feed is over. */
  readonly onOver: (feed: EventStream) => void;
}

/** The events of one client: first those in the log, then those that come. */
export interface EventStream {
  readonly owner: string;
  /** The next bytes as soon as there are any; null at the end. Not called again before it has answered. */
  next(): Promise<Bytes | null>;
  /** A commit has this event. `frame` is made once for all eventStreams. */
  tell(event: RecordedEvent, frame: () => Bytes): void;
  /** Time for a heartbeat, or to see that the client takes nothing. */
  tick(): void;
  /** Ends the stream after what waits to be sent. */
  finish(): void;
  /** The client has gone: forgets everything. */
  leave(): void;
}

/** Events that are read from the log at a time. */
const BATCH = 100;
/** After so many bytes of one batch the client gets them before more are made. */
const MAX_CHUNK_BYTES = 256 * 1024;
/** A client that takes nothing for so many heartbeats is cut off. */
const PATIENCE_TICKS = 2;

/**
 * Makes a feed. It reads the log until there is nothing new, and only then takes what commits tell; the change is made
 * in one turn of the event loop, so nothing is lost in between, and positions that were sent are never sent again.
 */
export function createEventStream(
  options: EventStreamOptions,
  { log, encode, maxQueuedBytes, turnOf, onOver }: EventStreamDeps,
): EventStream {
  const { owner, opening, among, wants = () => true, endsWith = () => false, signal, onCutOff } = options;
  let cursor = options.after;
  let queue: Bytes[] = [opening];
  let queuedBytes = 0;
  /** Everything in the log is sent or queued; commits are queued as they come. */
  let isLive = false;
  /** While not live: a commit came after the log was last read. */
  let hasMissed = false;
  /** The log may have more for this owner than was read of it. */
  let isBehind = false;
  let isFinishing = false;
  let isOver = false;
  /** The client waits for bytes. */
  let isAsked = false;
  let isBeatDue = false;
  let ticksUnasked = 0;
  let wake: (() => void) | undefined;

  function isFor(event: RecordedEvent): boolean {
    return event.metadata.owner === owner && wants(event);
  }

  function push(frame: Bytes): void {
    queue.push(frame);
    queuedBytes += frame.byteLength;
    wake?.();
  }

  function take(): Bytes {
    const [first = HEARTBEAT, ...more] = queue;
    queue = [];
    queuedBytes = 0;
    return more.length === 0 ? first : Buffer.concat([first, ...more]);
  }

  function end(): void {
    if (isOver) return;
    isOver = true;
    queue = [];
    signal?.removeEventListener("abort", feed.finish);
    wake?.();
    onOver(feed);
  }

  function cutOff(): void {
    end();
    onCutOff();
  }

  /** Queues the next events of the log; goes live when there are none. */
  async function readOn(): Promise<void> {
    if (isBehind) {
      await turnOf(owner);
      if (isOver) return;
    }
    hasMissed = false;
    const wanted = { owner, ...among };
    const events = await log.read({ after: cursor, limit: BATCH, maxBytes: MAX_CHUNK_BYTES, ...wanted });
    const last = events.at(-1)?.position;
    isBehind =
      events.length === BATCH ||
      (last !== undefined && (await log.read({ after: last, limit: 1, ...wanted })).length > 0);
    for (const event of events) {
      cursor = event.position;
      if (!isFor(event)) continue;
      push(encode(event));
      if (endsWith(event)) {
        isFinishing = true;
        return;
      }
      if (queuedBytes >= MAX_CHUNK_BYTES) return;
    }
    if (!isBehind && !hasMissed) isLive = true;
  }

  async function nextBytes(): Promise<Bytes | null> {
    for (;;) {
      if (isOver) return null;
      if (queue.length > 0) return take();
      if (isFinishing) {
        end();
        return null;
      }
      if (isBeatDue) {
        isBeatDue = false;
        return HEARTBEAT;
      }
      if (!isLive) {
        await readOn();
        continue;
      }
      const woken = Promise.withResolvers<void>();
      wake = woken.resolve;
      await woken.promise;
      wake = undefined;
    }
  }

  const feed: EventStream = {
    owner,
    async next() {
      isAsked = true;
      ticksUnasked = 0;
      try {
        return await nextBytes();
      } finally {
        isAsked = false;
      }
    },
    tell(event, frame) {
      if (isOver || isFinishing) return;
      if (!isLive) {
        hasMissed = true;
        return;
      }
      if (event.position <= cursor) return;
      cursor = event.position;
      if (!isFor(event)) return;
      const bytes = frame();
      if (queue.length > 0 && queuedBytes + bytes.byteLength > maxQueuedBytes) {
        cutOff();
        return;
      }
      isFinishing = endsWith(event);
      push(bytes);
    },
    tick() {
      if (isAsked) {
        isBeatDue = true;
        wake?.();
      } else if (++ticksUnasked > PATIENCE_TICKS) cutOff();
    },
    finish() {
      isFinishing = true;
      // A client that takes nothing would never see the end.
      if (isAsked) wake?.();
      else onCutOff();
    },
    leave: end,
  };
  signal?.addEventListener("abort", feed.finish);
  if (signal?.aborted) feed.finish();
  return feed;
}
