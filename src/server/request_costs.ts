import type { LogSizes } from "../event_log/mod.ts";
import type { CostlyRequest, RequestCosts } from "../http/mod.ts";

/** Bytes of JSON that one token buys. */
const BODY_BYTES = 32 * 1024;
/** The largest JSON body, for one of unknown length. */
const MOST_BODY_BYTES = 1024 * 1024;
/** Things of a page that one token buys. */
const THINGS = 100;
/** The number of rows that a page skips for one token. */
const SKIPPED = 2_000;
/** The most that skipping costs. */
const MOST_FOR_SKIPPING = 20;
/** Entries of a batch that one token buys. */
const ENTRIES = 10;
/** The number and bytes of events that a command folds for one token. */
const FOLDED = { events: 500, bytes: 512 * 1024 };

/** A stream of events that begins in the past. */
const RESUMED_STREAM = 10;

/** Routes with a constant cost. */
const FIXED: Readonly<Record<string, number>> = {
  "POST /api/v3/jobs": 5,
  "POST /api/v3/jobs/dry-run": 5,
  "POST /api/v3/jobs/:id/scenes/:scene/regenerate": 5,
  "GET /api/v3/jobs/:id/storyboard.png": 5,
  "GET /api/v3/clients/:id/stats": 5,
  "GET /api/v3/campaigns/:id/stats": 5,
};

/** Reads that load a whole stream. */
const LOADING = /\/(?:revisions|events)$/;
const STREAM = /^\/api\/v3\/(asset|client|campaign|job)s\/:id/;

/**
 * Creates the table of costs. A token is about 2 ms of CPU, measured on one core of a small server, so `RATE_LIMIT_RPS`
 * bounds the work of an owner and not only the count of its requests.
 *
 */
export function createRequestCosts({ sizeOf }: Pick<LogSizes, "sizeOf">): RequestCosts {
  function ofFolding({ method, route, params, query }: CostlyRequest): number {
    const [, kind] = STREAM.exec(route) ?? [];
    const isFolding = method !== "GET" || query.at !== undefined || LOADING.test(route);
    if (kind === undefined || !isFolding) return 0;
    const { events, bytes } = sizeOf(`${kind}-${params.id}`);
    return Math.floor(events / FOLDED.events) + Math.floor(bytes / FOLDED.bytes);
  }

  return {
    ofBody({ headers }) {
      if (!headers.has("content-type")) return 0;
      return Math.floor(numberOf(headers.get("content-length"), MOST_BODY_BYTES) / BODY_BYTES);
    },
    ofWork(request) {
      const { route, headers, query, body } = request;
      const method = request.method === "HEAD" ? "GET" : request.method;
      const ofPage = Math.floor((numberOf(query.limit, 1) - 1) / THINGS);
      const ofSkipping = Math.min(Math.floor(numberOf(query.offset, 0) / SKIPPED), MOST_FOR_SKIPPING);
      const ofBatch = route.endsWith("/from-urls") ? Math.floor(lengthOf(Object(body).assets) / ENTRIES) : 0;
      const isResumed = route.endsWith("/events") && (headers.has("last-event-id") || query.lastEventId !== undefined);
      const ofStream = isResumed ? RESUMED_STREAM : 0;
      const fixed = FIXED[`${method} ${route}`] ?? 0;
      return fixed + ofPage + ofSkipping + ofBatch + ofStream + ofFolding({ ...request, method });
    },
  };
}

function numberOf(value: unknown, otherwise: number): number {
  const number = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN;
  return Number.isFinite(number) && number > 0 ? number : otherwise;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
