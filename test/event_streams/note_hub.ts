import { expect } from "bun:test";
import type { EventLog } from "../../src/event_log/mod.ts";
import type { EventStream, EventStreamOptions } from "../../src/event_streams/event_stream.ts";
import { openingFrame } from "../../src/event_streams/sse_frame.ts";
import { createStreamHub } from "../../src/event_streams/stream_hub.ts";
import { createDescribeEvent, describeEvent } from "../../src/history/mod.ts";
import { METADATA, NoteErased, NoteTaken, note, temporaryNotes } from "../event_log/notes.ts";

const describe = createDescribeEvent([NoteTaken, NoteErased], {
  NoteTaken: describeEvent(NoteTaken, ({ data }) => {
    if (data.text === "unspeakable") throw new Error("nobody can say that");
    return `A note was taken: ${data.text}`;
  }),
  NoteErased: describeEvent(NoteErased, () => "A note was erased"),
});

/** A hub over a store of notes, where nothing ticks unless a test says so. */
export async function openHub(options: { heartbeatMs?: number; maxQueuedBytes?: number } = {}) {
  const store = await temporaryNotes();
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  let reads = 0;
  const log: EventLog = {
    ...store.log,
    async read(wanted) {
      reads++;
      return await store.log.read(wanted);
    },
  };
  const hub = createStreamHub({ log, describe, onError, heartbeatMs: 1_000_000, ...options });
  let cut = 0;
  let notes = 0;
  return {
    store,
    hub,
    errors,
    cutOffs: () => cut,
    /** The number of reads of the log. */
    reads: () => reads,
    take: async (text = `${++notes}`, owner = "ann") => {
      const stream = `note-${Bun.randomUUIDv7()}`;
      await store.log.append({ stream, expected: "none", events: [note(text)] }, { ...METADATA, owner });
    },
    open: (feed: Partial<EventStreamOptions> = {}) =>
      hub.open({
        owner: "ann",
        after: 0,
        opening: openingFrame(null),
        onCutOff: () => void cut++,
        ...feed,
      }),
    [Symbol.dispose]() {
      hub.close();
      store[Symbol.dispose]();
    },
  };
}

/** Reads until so many events have come, or the end; answers their positions. */
export async function read(feed: EventStream, count = Number.POSITIVE_INFINITY): Promise<number[]> {
  const positions: number[] = [];
  while (positions.length < count) {
    const bytes = await feed.next();
    if (bytes === null) break;
    positions.push(...positionsIn(bytes));
  }
  return positions;
}

/** The positions of the events in a piece of a stream, which is of whole frames. */
export function positionsIn(bytes: Uint8Array): number[] {
  const text = new TextDecoder().decode(bytes);
  expect(text).toEndWith("\n\n");
  return [...text.matchAll(/^id: (\d+)\nevent: /gm)].map((match) => Number(match[1]));
}

/** 1 to `count`. */
export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
