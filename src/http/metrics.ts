import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** An answered request. `route` is the pattern, so that ids do not create a series each. */
export interface ObservedRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** Metrics for operators, in Prometheus' text format. */
export interface Metrics {
  readonly contentType: string;
  /** Counts a request that was answered. */
  observe(request: ObservedRequest): void;
  /** Adds a gauge that is read at each scrape. */
  gauge(name: string, help: string, read: () => number): void;
  render(): Promise<string>;
}

/** Creates the metrics of one server, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: "reelog_http_request_duration_seconds",
    help: "Time from a request's arrival to its answer, by route and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    observe: ({ seconds, ...labels }) => durations.observe(labels, seconds),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
    render: () => registry.metrics(),
  };
}
