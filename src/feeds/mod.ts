/** Streams of events: what happens, as it happens, resumable by position. */
export { createFeedHub, type FeedHub } from "./hub.ts";
export { type FeedRoutesDeps, feedRoutes } from "./routes.ts";
