/** Server-sent event streams, live and resumable by position. */

export { type EventStreamRoutesDeps, eventStreamRoutes } from "./routes.ts";
export { createStreamHub, type StreamHub } from "./stream_hub.ts";
