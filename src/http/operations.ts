import { Elysia } from "elysia";
import type { Metrics } from "./metrics.ts";

/** What operators' endpoints need. */
export interface OperationsDeps {
  readonly metrics: Metrics;
  /** Throws when the server cannot do its work. */
  readonly checkReady: () => void;
}

/** `/health/live`, `/health/ready`, `/metrics`: for operators, at the root and without the envelope. */
export function operationsRoutes({ metrics, checkReady }: OperationsDeps) {
  return new Elysia({ tags: ["Operations"] })
    .get("/health/live", () => ({ status: "live" }), { detail: { summary: "Whether the process runs" } })
    .get(
      "/health/ready",
      ({ status }) => {
        try {
          checkReady();
          return { status: "ready" };
        } catch {
          return status(503, { status: "not ready" });
        }
      },
      { detail: { summary: "Whether requests will be served" } },
    )
    .get(
      "/metrics",
      async ({ set }) => {
        set.headers["content-type"] = metrics.contentType;
        return await metrics.render();
      },
      { detail: { summary: "Metrics in Prometheus' text format" } },
    );
}
