import type { EventStream } from "./event_stream.ts";

/** What every stream of events says of itself. */
const HEADERS = {
  "Content-Type": "text/event-stream",
  // no-transform: a proxy that compresses would hold events back.
  "Cache-Control": "private, no-cache, no-transform",
  // nginx holds answers back unless it is told not to.
  "X-Accel-Buffering": "no",
} as const;

/** The answer to HEAD: only the headers. */
export function sseHeadResponse(): Response {
  return new Response(null, { headers: HEADERS });
}

/**
 * The answer to a client whose stream is over for good: with 204 a browser does not come back (HTML, section 9.2.3).
 */
export function sseOverResponse(): Response {
  return new Response(null, { status: 204 });
}

/**
 * The answer that carries a feed for as long as it lasts.
 *
 * @param onError told of what made the stream fail; the framework never hears of it
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
          // Closes the connection: the client comes back and resumes.
          if (!hasGone) controller.error(error);
        }
      },
      cancel() {
        hasGone = true;
        feed.leave();
      },
    },
    // Nothing is made before it can be sent.
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: HEADERS });
}
