import type { Static } from "@sinclair/typebox";
import { Event } from "../../src/history/schema.ts";
import { checked } from "./answer.ts";
import { inTime } from "./until.ts";

/** One frame of a stream of events, as it was sent. */
export interface Frame {
  /** The fields by name, and the comments under "". */
  readonly fields: Readonly<Record<string, string>>;
}

/** An event that came over a stream. */
export type SentEvent = Static<typeof Event>;

/** A client that reads a stream of events, as a browser does. */
export interface EventStream extends AsyncDisposable {
  readonly response: Response;
  /** The next frame, of whatever kind; undefined at the end. */
  frame(): Promise<Frame | undefined>;
  /** The next event, checked against its schema and its frame; undefined at the end. */
  next(): Promise<SentEvent | undefined>;
  /** The number of events. */
  take(count: number): Promise<SentEvent[]>;
  /** All events until the stream ends. */
  rest(): Promise<SentEvent[]>;
  /** The id that a browser would send when it comes back. */
  lastEventId(): string;
  close(): Promise<void>;
}

/** Opens a stream; the answer's status is not checked. */
export async function openStream(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
  const controller = new AbortController();
  const response = await fetch(url, { headers, signal: controller.signal });
  const frames = framesOf(response.body);
  let lastEventId = headers["last-event-id"] ?? "";

  async function frame(): Promise<Frame | undefined> {
    const { value, done } = await inTime(frames.next(), () => `${url} sent a frame after the event ${lastEventId}`);
    if (done) return undefined;
    if (value.fields.id !== undefined) lastEventId = value.fields.id;
    return value;
  }

  async function next(): Promise<SentEvent | undefined> {
    for (;;) {
      const found = await frame();
      if (!found) return undefined;
      if (found.fields.data !== undefined) return eventIn(found);
    }
  }

  async function close(): Promise<void> {
    controller.abort();
    // Whatever was being read ends with it.
    await frames.return(undefined).catch(() => {});
  }

  return {
    response,
    frame,
    next,
    async take(count) {
      const events: SentEvent[] = [];
      while (events.length < count) {
        const event = await next();
        if (!event) throw new Error(`the stream ended after ${events.length} of ${count} events`);
        events.push(event);
      }
      return events;
    },
    async rest() {
      const events: SentEvent[] = [];
      for (let event = await next(); event; event = await next()) events.push(event);
      return events;
    },
    lastEventId: () => lastEventId,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function eventIn({ fields: { id, event: type, data = "" } }: Frame): SentEvent {
  const event = checked(Event, JSON.parse(data));
  if (id !== String(event.position)) throw new Error(`the frame ${id} carries the event ${event.position}`);
  if (type !== event.type) throw new Error(`the frame of ${type} carries ${event.type}`);
  return event;
}

async function* framesOf(body: ReadableStream<Uint8Array<ArrayBuffer>> | null): AsyncGenerator<Frame, undefined> {
  if (!body) return;
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const parts = `${rest}${text}`.split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield { fields: Object.fromEntries(part.split("\n").map(fieldOf)) };
  }
  if (rest !== "") throw new Error(`the stream ended within a frame: ${rest.slice(0, 100)}`);
}

function fieldOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  if (colon < 0) throw new Error(`not a field: ${line.slice(0, 100)}`);
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
}
