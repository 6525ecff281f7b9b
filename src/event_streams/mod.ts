/** Streams of events: what happens, as it happens, resumable by position. */

export { type FeedRoutesDeps, feedRoutes } from "./routes.ts";
export { createFeedHub, type FeedHub } from "./stream_hub.ts";
