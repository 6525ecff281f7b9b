import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { Metrics } from "./metrics.ts";
import { operation } from "./openapi/notes.ts";
import { RETRY_SECONDS } from "./response/error_response.ts";

/** Dependencies of the operators' endpoints. */
export interface OperationsDeps {
  readonly metrics: Metrics;
  /** Throws when the server is not ready. */
  readonly checkReady: () => void;
}

/**
 * Creates the routes `/health/live`, `/health/ready` and `/metrics`: for operators, at the root and without the
 * envelope.
 */
export function operationsRoutes({ metrics, checkReady }: OperationsDeps) {
  return new Elysia({ tags: ["Operations"] })
    .get("/health/live", () => ({ status: "live" }), {
      detail: operation("getLiveness", "Whether the process runs", { answers: { 200: health("It runs.", "live") } }),
    })
    .get(
      "/health/ready",
      ({ set, status }) => {
        try {
          checkReady();
          return { status: "ready" };
        } catch {
          set.headers["retry-after"] = RETRY_SECONDS;
          return status(503, { status: "not ready" });
        }
      },
      {
        detail: operation("getReadiness", "Whether requests will be served", {
          answers: { 200: health("They will.", "ready"), 503: health("They will not be now.", "not ready") },
        }),
      },
    )
    .get(
      "/metrics",
      async ({ set }) => {
        set.headers["content-type"] = metrics.contentType;
        return await metrics.render();
      },
      {
        detail: operation("getMetrics", "Metrics in Prometheus' text format", {
          answers: {
            200: {
              description: "One sample a line.",
              content: { "text/plain": Type.String() },
              example: "# HELP reelog_log_position Position of the last event\nreelog_log_position 42\n",
            },
          },
        }),
      },
    );
}

/**
 * Answers a health check without a Host header. Load balancers send it by HTTP/1.0, which requires none: HAProxy by
 * default, with the method OPTIONS. The runtime then has no URL, so no route is found.
 *
 * @returns undefined for any other request
 */
export function answerBareCheck(
  { method, url, headers }: Request,
  { checkReady }: Pick<OperationsDeps, "checkReady">,
): Response | undefined {
  const [, check] = /^\/health\/(live|ready)\/?(?:\?|$)/.exec(url) ?? [];
  if (check === undefined || headers.has("host") || !/^(GET|HEAD|OPTIONS)$/.test(method)) return undefined;
  try {
    if (check === "ready") checkReady();
    return Response.json({ status: check });
  } catch {
    return Response.json({ status: "not ready" }, { status: 503 });
  }
}

function health(description: string, status: string) {
  return {
    description,
    content: { "application/json": Type.Object({ status: Type.Literal(status) }, { additionalProperties: false }) },
    example: { status },
  };
}
