import { expect, test } from "bun:test";
import { createMetrics } from "../../src/http/metrics.ts";

test("metrics: request durations are in buckets that hold all that are as fast, with their sum and count", async () => {
  const metrics = createMetrics();
  const read = { method: "GET", route: "/api/v3/assets/:id", status: 200 };
  for (const seconds of [0.001, 0.002, 0.03, 100]) metrics.observe({ ...read, seconds });
  metrics.observe({ ...read, status: 404, seconds: 0.5 });
  metrics.observe({ ...read, method: "PATCH", seconds: 0.5 });

  const name = "reelog_http_request_duration_seconds";
  const labels = 'method="GET",route="/api/v3/assets/:id",status="200"';
  const text = await metrics.render();
  expect(text).toContain(`# HELP ${name} Time from a request's arrival to its answer, by route and status\n`);
  expect(text).toContain(`\n# TYPE ${name} histogram\n`);
  expect(text.split("\n").filter((line) => line.includes(labels))).toEqual([
    `${name}_bucket{le="0.001",${labels}} 1`,
    `${name}_bucket{le="0.005",${labels}} 2`,
    `${name}_bucket{le="0.025",${labels}} 2`,
    `${name}_bucket{le="0.1",${labels}} 3`,
    `${name}_bucket{le="0.5",${labels}} 3`,
    `${name}_bucket{le="2.5",${labels}} 3`,
    `${name}_bucket{le="10",${labels}} 3`,
    `${name}_bucket{le="60",${labels}} 3`,
    `${name}_bucket{le="+Inf",${labels}} 4`,
    `${name}_sum{${labels}} 100.033`,
    `${name}_count{${labels}} 4`,
  ]);
  expect(text.match(/^reelog_http_.*_count\{.*\} 1$/gm)).toHaveLength(2);
});
