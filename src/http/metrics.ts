import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What operators watch, in Prometheus' text format. */
export interface Metrics {
  readonly contentType: string;
  /** One request that was answered. `route` is the pattern, so that ids do not make a series each. */
  observe(request: { method: string; route: string; status: number; seconds: number }): void;
  /** A value that is asked for at each scrape. */
  gauge(name: string, help: string, read: () => number): void;
  render(): Promise<string>;
}

/** Metrics of one server, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "reelog_http_request_duration_seconds",
    help: "Time from a request's arrival to its answer, by route and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
    registers: [registry],
  });
  // Looking a series up by its labels costs more than counting.
  const series = new Map<string, Histogram.Internal<"method" | "route" | "status">>();
  return {
    contentType: registry.contentType,
    observe({ method, route, status, seconds }) {
      const key = `${method} ${status} ${route}`;
      const found = series.get(key) ?? requests.labels({ method, route, status });
      series.set(key, found);
      found.observe(seconds);
    },
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
