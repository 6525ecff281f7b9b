import type { EventStream } from "./event_stream.ts";

/** The headers of every event stream. */
const HEADERS = {
  "Content-Type": "text/event-stream",
  // no-transform: a proxy that compresses would hold events back.
  "Cache-Control": "private, no-cache, no-transform",
  // nginx buffers responses without this header.
  "X-Accel-Buffering": "no",
} as const;

/** Returns the response to HEAD: only the headers. */
export function sseHeadResponse(): Response {
  return new Response(null, { headers: HEADERS });
}

/**
 * Returns the response for a stream that is over for good: after 204 a browser does not reconnect (HTML, section
 * 9.2.3).
 */
export function sseOverResponse(): Response {
  return new Response(null, { status: 204 });
}

/**
 * Returns the response that carries a stream for as long as it lasts.
 *
 * @param onError receives the error of a failed stream, which the framework does not report
 */
export function sseResponse(feed: EventStream, onError: (error: unknown) => void): Response {
  let hasGone = false;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const bytes = await feed.next();
          if (hasGone) return;
          if (bytes === null) controller.close();
          else controller.enqueue(bytes);
        } catch (error) {
          feed.leave();
          onError(error);
          // Closes the connection: the client reconnects and resumes.
          if (!hasGone) controller.error(error);
        }
      },
      cancel() {
        hasGone = true;
        feed.leave();
      },
    },
    // Nothing is encoded before it can be sent.
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: HEADERS });
}
