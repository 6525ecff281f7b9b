import { afterAll, beforeAll, expect, test } from "bun:test";
import { MAX_PAGE_BYTES } from "../../src/core/paging.ts";
import { newClient } from "../support/clients.ts";
import { jobBody, readyJob } from "../support/jobs.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

/** Of a thing, in bytes: about as much as one may say. */
const NOTE = "x".repeat(60_000);
/** A number that exceeds one page. */
const MANY = 80;

let server: TestServer;
let fatJob: string;
beforeAll(async () => {
  server = await startTestServer();
  const { api } = server;
  const clientId = await newClient(api);
  fatJob = (await readyJob(api, { clientId })).id;
  const edit = (number: number) =>
    api("PUT", `/jobs/${fatJob}/scenes/1`, { metadata: { number, note: NOTE } }).then(({ status }) => status);
  for (let number = 0; number < MANY; number++) expect(await edit(number)).toBe(200);
  const body = jobBody({ clientId, body: { advanced: { modelPreferences: { note: NOTE } } } });
  for (let number = 0; number < MANY; number++) {
    expect((await api("POST", "/jobs", body, { prefer: "respond-async" })).status).toBe(202);
  }
});
afterAll(() => server[Symbol.asyncDispose]());

test.each([
  ["jobs", () => "/jobs", MANY + 1],
  ["a history", () => `/jobs/${fatJob}/history`, MANY + 3],
  ["revisions", () => `/jobs/${fatJob}/scenes/1/revisions`, MANY + 1],
])("a page of %s: ends at its bytes, and its cursor goes on without loss", async (_what, pathOf, count) => {
  const seen: unknown[] = [];
  let pages = 0;
  for (let cursor: unknown = ""; cursor !== undefined; pages++) {
    const more = cursor === "" ? "" : `&cursor=${cursor}`;
    const page = await server.api("GET", `${pathOf()}?limit=1000${more}`);
    expect(page.status).toBe(200);
    // What surrounds the things, and the one with which the page was full.
    expect(page.text.length).toBeLessThan(MAX_PAGE_BYTES * 1.25);
    if (Array.isArray(page.data)) seen.push(...page.data.map((one) => JSON.stringify(one)));
    cursor = page.meta.nextCursor;
  }
  expect(pages).toBeGreaterThan(1);
  expect(seen.length).toBe(count);
  expect(new Set(seen).size).toBe(count);
  const counted = await server.api("GET", `${pathOf()}?limit=1000&offset=0`);
  expect([counted.status, counted.meta.code]).toEqual([422, "validation_failed"]);
});
