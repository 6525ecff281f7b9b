import type { EventLog, ReadOptions, RecordedEvent } from "../event_log/mod.ts";
import { HEARTBEAT } from "./sse_frame.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The options of one client's stream. */
export interface EventStreamOptions {
  /** The owner whose events are sent, and no others. */
  readonly owner: string;
  /** Events after this position. */
  readonly after: number;
  readonly opening: Bytes;
  /** A superset of the wanted events that the log can select by an index. */
  readonly among?: Pick<ReadOptions, "streams" | "types">;
  readonly wants?: (event: RecordedEvent) => boolean;
  /** Returns true for the event that ends the stream. */
  readonly endsWith?: (event: RecordedEvent) => boolean;
  /** Ends the stream, e.g. when the client's key is revoked. */
  readonly signal?: AbortSignal;
  /** Called when the client is too slow: its connection must be closed, even with unsent data. */
  readonly onCutOff: () => void;
}

/** The dependencies of a stream. */
export interface EventStreamDeps {
  readonly log: Pick<EventLog, "read">;
  readonly encode: (event: RecordedEvent) => Bytes;
  /** The limit of unsent data for a client that does not read, in bytes. */
  readonly maxQueuedBytes: number;
  /** Resolves when the stream may read on; until then other work runs on the event loop. */
  readonly turnOf: (owner: string) => Promise<void>;
  /** Called once, when the stream is over. */
  readonly onOver: (feed: EventStream) => void;
}

/** The events of one client: first those in the log, then new ones as they are committed. */
export interface EventStream {
  readonly owner: string;
  /**
   * Returns the next bytes as soon as there are any; null at the end. Must not be called again before it has resolved.
   */
  next(): Promise<Bytes | null>;
  /** Receives a committed event. `frame` is encoded once for all streams. */
  send(event: RecordedEvent, frame: () => Bytes): void;
  /** Sends a heartbeat, or detects that the client does not read. */
  tick(): void;
  /** Ends the stream after the queued data. */
  finish(): void;
  /** Releases everything after the client has disconnected. */
  leave(): void;
}

/** The number of events that are read from the log at a time. */
const BATCH = 100;
/** The number of bytes of one batch that are sent before more are encoded. */
const MAX_CHUNK_BYTES = 256 * 1024;
/** The number of heartbeats without a read after which a client is cut off. */
const PATIENCE_TICKS = 2;

/**
 * Creates a stream. It reads the log until there are no new events, and only then queues commits directly. The change
 * happens in one turn of the event loop, so no event is lost in between, and no position is sent twice.
 */
export function createEventStream(
  options: EventStreamOptions,
  { log, encode, maxQueuedBytes, turnOf, onOver }: EventStreamDeps,
): EventStream {
  const { owner, opening, among, wants = () => true, endsWith = () => false, signal, onCutOff } = options;
  let cursor = options.after;
  let queue: Bytes[] = [opening];
  let queuedBytes = 0;
  /** True when everything in the log is sent or queued; commits are queued directly. */
  let isLive = false;
  /** True when, while not live, a commit came after the log was last read. */
  let hasMissed = false;
  /** True when the log may have more events for this owner than were read. */
  let isBehind = false;
  let isFinishing = false;
  let isOver = false;
  /** True while the client waits for bytes. */
  let isPulled = false;
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
      isPulled = true;
      ticksUnasked = 0;
      try {
        return await nextBytes();
      } finally {
        isPulled = false;
      }
    },
    send(event, frame) {
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
      if (isPulled) {
        isBeatDue = true;
        wake?.();
      } else if (++ticksUnasked > PATIENCE_TICKS) cutOff();
    },
    finish() {
      isFinishing = true;
      // A client that does not read would never receive the end.
      if (isPulled) wake?.();
      else onCutOff();
    },
    leave: end,
  };
  signal?.addEventListener("abort", feed.finish);
  if (signal?.aborted) feed.finish();
  return feed;
}
