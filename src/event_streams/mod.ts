/** Streams of events: what happens, as it happens, resumable by position. */

export { type EventStreamRoutesDeps, eventStreamRoutes } from "./routes.ts";
export { createStreamHub, type StreamHub } from "./stream_hub.ts";
