import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { createRequestDurations, type ObservedRequest } from "./request_durations.ts";

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
  const requests = createRequestDurations();
  return {
    contentType: registry.contentType,
    observe: requests.observe,
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
    render: async () => `${await registry.metrics()}\n${requests.render()}`,
  };
}
