import { expect, test } from "bun:test";
import { createRequestDurations } from "../../src/http/request_durations.ts";

test("durations are counted in buckets that hold all that are as fast, with their sum and count", () => {
  const durations = createRequestDurations();
  const read = { method: "GET", route: "/api/v3/assets/:id", status: 200 };
  for (const seconds of [0.001, 0.002, 0.03, 100]) durations.observe({ ...read, seconds });
  durations.observe({ ...read, status: 404, seconds: 0.5 });
  durations.observe({ ...read, method: "PATCH", seconds: 0.5 });

  const name = "reelog_http_request_duration_seconds";
  const labels = 'method="GET",route="/api/v3/assets/:id",status="200"';
  const text = durations.render();
  expect(text).toStartWith(`# HELP ${name} Time from a request's arrival to its answer, by route and status\n`);
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
  expect(text.match(/_count\{.*\} 1$/gm)).toHaveLength(2);
});
