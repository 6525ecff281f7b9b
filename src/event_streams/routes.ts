import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { notFound } from "../core/not_found.ts";
import type { Quotas } from "../core/quotas.ts";
import type { EventLog } from "../event_log/mod.ts";
import { type Http, operation } from "../http/mod.ts";
import { jobEndOf } from "../jobs/mod.ts";
import { streamExample } from "./examples.ts";
import { FilterQuery, filterOf } from "./filter.ts";
import { ResumeQuery, resumeAfter } from "./resume.ts";
import { openingFrame } from "./sse_frame.ts";
import { sseHeadResponse, sseOverResponse, sseResponse } from "./sse_response.ts";
import type { StreamHub } from "./stream_hub.ts";

/** The dependencies of the event stream routes. */
export interface EventStreamRoutesDeps {
  readonly http: Http;
  readonly log: EventLog;
  readonly hub: StreamHub;
  /** Every event type. */
  readonly types: ReadonlySet<string>;
  /** Returns a job's own stream and those of its assets, the job's first; null when the owner has no such job. */
  readonly streamsOfJob: (owner: string, jobId: string) => readonly [string, ...string[]] | null;
  readonly quotas: Quotas;
  /** Receives the error of a stream that failed. */
  readonly onError: (error: unknown) => void;
}

const answers = {
  200: {
    description: "The stream: `id` is the event's position, `event` its type, `data` the event as JSON on one line.",
    content: { "text/event-stream": Type.String() },
    example: streamExample,
  },
};

const sharedDescription =
  "A comment comes every 15 seconds. A client that does not keep up is cut off; it resumes with `Last-Event-ID`, " +
  "without loss and without repetition, also after a restart of the server.";

/** Creates `/api/v3/events` and `/api/v3/jobs/{id}/events`: live events (server-sent events, HTML section 9.2). */
export function eventStreamRoutes({ http, log, hub, types, streamsOfJob, quotas, onError }: EventStreamRoutesDeps) {
  return new Elysia({ prefix: "/api/v3", normalize: false, tags: ["Events"] })
    .use(http)
    .get(
      "/events",
      async ({ request, identity, accessEnds, query, server }) => {
        const { owner } = identity;
        const { passes, among } = filterOf(query, types);
        const head = await log.head();
        const after = resumeAfter(request, query.lastEventId, head) ?? head;
        if (request.method === "HEAD") return sseHeadResponse();
        quotas.checkStream(owner, hub.count(owner));
        server?.timeout(request, 0);
        const feed = hub.open({
          owner,
          signal: accessEnds,
          after,
          among,
          opening: openingFrame(after),
          wants: passes,
          onCutOff: () => server?.timeout(request, CUT_OFF_SECONDS),
        });
        return sseResponse(feed, onError);
      },
      {
        query: Type.Object({ ...FilterQuery, ...ResumeQuery }),
        detail: operation("streamEvents", "All your events as they happen", {
          description: `From now on, unless \`Last-Event-ID\` says otherwise. ${sharedDescription}`,
          traits: ["stream"],
          answers,
        }),
      },
    )
    .get(
      "/jobs/:id/events",
      async ({ request, identity, accessEnds, params, query, server }) => {
        const { owner } = identity;
        const streams = streamsOfJob(owner, params.id);
        if (streams === null) throw notFound("job");
        const after = resumeAfter(request, query.lastEventId, await log.head()) ?? 0;
        const end = jobEndOf(await log.readStream(streams[0]));
        if (end.position !== null && after >= end.position) return sseOverResponse();
        if (request.method === "HEAD") return sseHeadResponse();
        quotas.checkStream(owner, hub.count(owner));
        server?.timeout(request, 0);
        const feed = hub.open({
          owner,
          signal: accessEnds,
          after,
          among: { streams },
          opening: openingFrame(null),
          wants: ({ stream }) => streams.includes(stream),
          endsWith: end.endsWith,
          onCutOff: () => server?.timeout(request, CUT_OFF_SECONDS),
        });
        return sseResponse(feed, onError);
      },
      {
        params: Type.Object({ id: Type.String() }),
        query: Type.Object(ResumeQuery),
        detail: operation("streamJobEvents", "A job's events and those of its assets, as they happen", {
          description:
            "From the first one, unless `Last-Event-ID` says otherwise. The stream ends when the job is completed, " +
            "failed or cancelled; who comes back after that gets 204, which tells a browser to stay away. " +
            `After a retry, open it again. ${sharedDescription}`,
          traits: ["stream"],
          codes: ["not_found", "unavailable"],
          answers: {
            ...answers,
            204: { description: "The job has ended, and you have all of it.", content: {}, example: "" },
          },
        }),
      },
    );
}

/**
 * The idle timeout that closes a connection on which nothing can be sent, in seconds; nothing else reaches it
 * (measured).
 */
const CUT_OFF_SECONDS = 1;
