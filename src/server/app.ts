import { Elysia } from "elysia";
import type { Logger } from "pino";
import { type AccessRoutesDeps, type Authorize, accessRoutes } from "../access/mod.ts";
import { type AssetRoutesDeps, assetRoutes, assetStream, UPLOAD_ROUTES } from "../assets/mod.ts";
import {
  type CampaignRoutesDeps,
  type CampaignStatsDeps,
  campaignRoutes,
  campaignStatsRoutes,
} from "../campaigns/mod.ts";
import { type ClientRoutesDeps, type ClientStatsDeps, clientRoutes, clientStatsRoutes } from "../clients/mod.ts";
import { AppError } from "../core/errors.ts";
import { NOBODY } from "../core/identity.ts";
import { type EventStreamRoutesDeps, eventStreamRoutes } from "../event_streams/mod.ts";
import { type HistoryRoutesDeps, historyRoutes } from "../history/mod.ts";
import {
  answerBareCheck,
  answerOf,
  clientAddress,
  createCors,
  createHttp,
  createMethodTable,
  createRequestGuard,
  docsRoutes,
  errorEnvelope,
  headersOf,
  MethodNotAllowed,
  type MethodTable,
  type Metrics,
  moveHeaders,
  type Networks,
  NotModified,
  type OperationsDeps,
  operationsRoutes,
  type RequestCosts,
  type RequestTarget,
  requestContextOf,
  SECURITY_HEADERS,
  takeHeaders,
} from "../http/mod.ts";
import { type JobRoutesDeps, jobRoutes, jobStream, type RevisionRoutesDeps, revisionRoutes } from "../jobs/mod.ts";
import { errorExamples } from "./error_examples.ts";

/** The dependencies of the app. */
export interface AppDeps {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly guard: (request: Request, target: RequestTarget) => void;
  readonly authorize: Authorize;
  readonly costs: RequestCosts;
  readonly publicUrl: string | null;
  /** The proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: Networks;
  /** Origins whose pages may call the API (CORS). */
  readonly allowedOrigins: readonly string[];
  readonly checkReady: OperationsDeps["checkReady"];
  readonly access: Omit<AccessRoutesDeps, "http">;
  readonly assets: Omit<AssetRoutesDeps, "http">;
  readonly clients: Omit<ClientRoutesDeps, "http">;
  readonly clientStats: Omit<ClientStatsDeps, "http">;
  readonly campaigns: Omit<CampaignRoutesDeps, "http">;
  readonly campaignStats: Omit<CampaignStatsDeps, "http">;
  readonly jobs: Omit<JobRoutesDeps, "http">;
  readonly revisions: Omit<RevisionRoutesDeps, "http">;
  readonly histories: Omit<HistoryRoutesDeps, "http">;
  readonly eventStreams: Omit<EventStreamRoutesDeps, "http">;
}

/** The app's type, for the typed client. */
export type App = ReturnType<typeof createApp>;

/** Creates the Elysia app of all endpoints, not yet listening. */
export function createApp(deps: AppDeps) {
  const { logger, metrics, guard, authorize, costs, publicUrl, allowedOrigins, trustedProxies, checkReady } = deps;
  const cors = createCors(allowedOrigins);
  let methods: MethodTable | undefined;
  const admit = createRequestGuard({
    guard,
    cors,
    methods: () => (methods ??= createMethodTable(app.routes)),
    authorize(request, asked) {
      requestContextOf(request).access = authorize(request, asked);
    },
  });
  const http = createHttp({
    identify(request) {
      const { access } = requestContextOf(request);
      if (!access) throw new AppError("unauthorized", "Cannot answer a request that was not authorized");
      return access;
    },
    publicUrl,
    costs,
    requestIdOf: (request) => requestContextOf(request).requestId,
    streamedRoutes: UPLOAD_ROUTES,
  });

  const app = new Elysia({ normalize: false })
    .onRequest(({ request, set, server }) => {
      const requestContext = requestContextOf(request);
      const peer = server?.requestIP(request)?.address ?? "";
      requestContext.address = clientAddress(peer, request.headers, trustedProxies);
      const address = () => requestContext.address;
      const answer =
        answerBareCheck(request, { checkReady }) ?? admit(request, { target: requestContext.target, address });
      const [ofPage, ofOwner] = [cors.headersFor(request), requestContext.access?.headers];
      set.headers = { ...SECURITY_HEADERS, "x-request-id": requestContext.requestId, ...ofPage, ...ofOwner };
      return answer;
    })
    .onAfterHandle({ as: "global" }, ({ request, responseValue, set }) => {
      // The access of a client that waited for an outcome may have ended.
      requestContextOf(request).access?.accessEnds.throwIfAborted();
      if (responseValue instanceof Response) moveHeaders(responseValue, set);
    })
    .onError(({ request, code, error, set }) => {
      if (error instanceof NotModified) return new Response(null, { status: 304, headers: takeHeaders(set) });
      const { requestId, access } = requestContextOf(request);
      const answer = hasLeft(request, error) ? GONE : answerOf({ code, error });
      if (answer.code === "internal") logger.error({ requestId, err: error }, "a request failed unexpectedly");
      else if (answer.code === "unavailable")
        logger.error({ requestId, err: error }, "a request failed because this machine is short of a resource");
      set.status = answer.status;
      set.headers["x-request-id"] = requestId;
      Object.assign(set.headers, SECURITY_HEADERS, cors.headersFor(request), access?.headers, headersOf(answer));
      if (answer instanceof MethodNotAllowed) set.headers.allow = answer.allow;
      return errorEnvelope(answer, requestId);
    })
    .onAfterResponse(({ request, set, route, responseValue }) => {
      const { requestId, at, target, address, access } = requestContextOf(request);
      const { method } = request;
      const ofEnvelope = typeof set.status === "number" ? set.status : 200;
      const status = responseValue instanceof Response ? responseValue.status : ofEnvelope;
      const milliseconds = performance.now() - at;
      metrics.observe({ method, route: route || "none", status, seconds: milliseconds / 1000 });
      // Without the query, which may hold signatures and search words.
      const path = target?.pathname;
      const length = responseValue instanceof Response ? responseValue.headers.get("content-length") : null;
      logger[path?.startsWith("/health/") ? "debug" : "info"](
        {
          requestId,
          method,
          path,
          status,
          milliseconds: Math.round(milliseconds * 10) / 10,
          address,
          ...(access && access.owner !== NOBODY.owner && { owner: access.owner, actor: access.actor }),
          ...(length !== null && { bytes: Number(length) }),
        },
        "request",
      );
    })
    .use(http)
    .use(operationsRoutes({ metrics, checkReady }))
    .use(accessRoutes({ http, ...deps.access }))
    .use(assetRoutes({ http, ...deps.assets }))
    .use(clientRoutes({ http, ...deps.clients }))
    .use(clientStatsRoutes({ http, ...deps.clientStats }))
    .use(campaignRoutes({ http, ...deps.campaigns }))
    .use(campaignStatsRoutes({ http, ...deps.campaignStats }))
    .use(jobRoutes({ http, ...deps.jobs }))
    .use(revisionRoutes({ http, ...deps.revisions }))
    .use(historyRoutes(ASSETS, { http, ...deps.histories }))
    .use(historyRoutes(JOBS, { http, ...deps.histories }))
    .use(eventStreamRoutes({ http, ...deps.eventStreams }))
    .use(docsRoutes({ publicUrl, errorExamples }));
  return app;
}

const ASSETS = {
  noun: "asset",
  path: "assets",
  tag: "Assets",
  operationId: "listAssetHistory",
  streamOf: assetStream,
} as const;

const JOBS = { noun: "job", path: "jobs", tag: "Jobs", operationId: "listJobHistory", streamOf: jobStream } as const;

/** The error of a request whose client disconnected. It keeps client aborts out of the error log and the metrics. */
const GONE = new AppError("bad_request", "Cannot answer: the connection was closed");

function hasLeft({ signal }: Request, error: unknown): boolean {
  return signal.aborted && error instanceof Error && error.name === "AbortError";
}
