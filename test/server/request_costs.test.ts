import { expect, test } from "bun:test";
import type { CostlyRequest } from "../../src/http/http.ts";
import { createRequestCosts } from "../../src/server/request_costs.ts";

const LONG = { events: 10_000, bytes: 8 * 1024 * 1024 };
const costs = createRequestCosts({ sizeOf: (stream) => (stream === "job-1" ? LONG : { events: 3, bytes: 900 }) });

function work(method: string, route: string, more: Partial<CostlyRequest> = {}): number {
  const none = { headers: new Headers(), params: { id: "1" }, query: {}, body: {} };
  return costs.ofWork({ method, route, ...none, ...more });
}

test("request costs: nothing beyond the first token for what is small", () => {
  expect(work("GET", "/api/v3/me")).toBe(0);
  expect(work("GET", "/api/v3/clients", { query: { limit: 100 } })).toBe(0);
  expect(work("GET", "/api/v3/jobs/:id")).toBe(0);
  expect(work("PUT", "/api/v3/clients/:id")).toBe(0);
  expect(work("GET", "/api/v3/events")).toBe(0);
  expect(costs.ofBody({ headers: new Headers({ "content-type": "application/json", "content-length": "900" }) })).toBe(
    0,
  );
});

test("request costs: whatever loads a long history costs by its events and bytes", () => {
  for (const [method, route] of [
    ["PUT", "/api/v3/jobs/:id/scenes/:scene"],
    ["POST", "/api/v3/jobs/:id/actions"],
    ["GET", "/api/v3/jobs/:id/scenes/:scene/revisions"],
    ["GET", "/api/v3/jobs/:id/events"],
  ] as const) {
    expect(work(method, route)).toBeGreaterThanOrEqual(36);
  }
  expect(work("GET", "/api/v3/jobs/:id", { query: { at: "2026-01-01T00:00:00Z" } })).toBe(36);
});

test("request costs: a body of unknown length counts as the largest one", () => {
  expect(costs.ofBody({ headers: new Headers({ "content-type": "application/json" }) })).toBe(32);
});

test("request costs: HEAD costs what GET does", () => {
  expect(work("HEAD", "/api/v3/jobs/:id/storyboard.png")).toBe(work("GET", "/api/v3/jobs/:id/storyboard.png"));
  expect(work("HEAD", "/api/v3/jobs/:id")).toBe(0);
});
