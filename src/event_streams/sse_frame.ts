import type { RecordedEvent } from "../event_log/mod.ts";
import type { DescribeEvent } from "../history/mod.ts";

/** The reconnection time that a client receives first, in milliseconds. */
const RETRY_MS = 2_000;

/** A comment that keeps proxies from closing an idle connection. */
export const HEARTBEAT: Uint8Array<ArrayBuffer> = new TextEncoder().encode(": \n\n");

/**
 * Returns the first frame. Where nothing is replayed it has the id to resume after, so that a client which is cut off
 * before the first event loses nothing; a frame without data is no event (HTML, section 9.2.6).
 */
export function openingFrame(after: number | null): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`retry: ${RETRY_MS}\n${after === null ? "" : `id: ${after}\n`}\n`);
}

/** Encodes an event as a frame: `id` is its position, `event` its type, `data` the event on one line. */
export function frameOf(event: RecordedEvent, describe: DescribeEvent): Uint8Array<ArrayBuffer> {
  const { position, type } = event;
  return new TextEncoder().encode(`id: ${position}\nevent: ${type}\ndata: ${JSON.stringify(describe(event))}\n\n`);
}
