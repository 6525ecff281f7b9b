import { expect, test } from "bun:test";
import { boundedLog, MAX_STREAM_EVENTS } from "../../src/access/bounded_log.ts";
import { createLogSizes } from "../../src/event_log/mod.ts";
import { catalogue, METADATA, note, temporaryNotes } from "../event_log/notes.ts";
import { newClient } from "../support/clients.ts";
import { act, readyJob } from "../support/jobs.ts";
import { NO_QUOTAS } from "../support/quotas.ts";
import { startTestServer } from "../support/test_server.ts";
import { twoOwners } from "./two_owners.ts";

test("the log of an owner: counts towards what it may store, and what ends something always passes", async () => {
  await using server = await startTestServer({ STORED_MB_PER_OWNER: "1", RATE_LIMIT_RPS: "0" });
  const { ann, bob } = await twoOwners(server);
  const fat = { name: "x", metadata: { note: "x".repeat(60_000) } };
  const changed = (round: number) => ({ metadata: { round, note: "x".repeat(60_000) } });
  const made = await ann("POST", "/clients", fat);
  const { id } = Object(made.data);
  let [sent, status] = [0, 200];
  for (; status < 300 && sent < 100; sent++) ({ status } = await ann("PUT", `/clients/${id}`, changed(sent)));
  // The first MiB is free.
  expect(sent).toBeLessThan((2 * 1024 ** 2) / 60_000 + 2);
  const refused = await ann("PUT", `/clients/${id}`, changed(sent));
  expect([refused.status, refused.meta.code]).toEqual([409, "quota_exceeded"]);
  expect(refused.error).toMatch(/^Cannot store more: the owner has \d+ bytes and may have 1048576 in all$/);
  expect((await bob("POST", "/clients", fat)).status).toBe(201);
  expect((await ann("DELETE", `/clients/${id}`)).status).toBe(200);
});

test("a full log: refuses the deletion of a scene, which adds to it, and passes the cancellation of its job", async () => {
  await using server = await startTestServer({ STORED_MB_PER_OWNER: "1", RATE_LIMIT_RPS: "0" });
  const { ann } = await twoOwners(server);
  const clientId = await newClient(ann);
  const job = await readyJob(ann, { clientId });
  // Ever smaller, so that less is left than the deletion takes.
  for (const length of [60_000, 5_000, 100]) {
    for (let [round, status] = [0, 200]; status < 300 && round < 100; round++) {
      ({ status } = await ann("PUT", `/clients/${clientId}`, { metadata: { round, note: "x".repeat(length) } }));
    }
  }
  const refused = await ann("DELETE", `/jobs/${job.id}/scenes/1`);
  expect([refused.status, refused.meta.code]).toEqual([409, "quota_exceeded"]);
  expect((await act(ann, job, { action: "cancel" })).status).toBe(200);
});

test("a history: ends with a code that says what to do, and its thing can still be deleted", async () => {
  await using server = await startTestServer();
  const client = await newClient(server.api);
  const note = "x".repeat(65_000);
  let last = { status: 200 as number, meta: {} as Record<string, unknown> };
  for (let sent = 0; last.status === 200 && sent < 300; sent++) {
    last = await server.api("PUT", `/clients/${client}`, { metadata: { sent, note } });
  }
  expect([last.status, last.meta.code]).toEqual([409, "history_full"]);
  expect((await server.api("GET", `/clients/${client}`)).status).toBe(200);
  expect((await server.api("DELETE", `/clients/${client}`)).status).toBe(200);
});

const none = () => 0;
const NO_MEASURES = { "unfinished imports": none, "stored bytes": none, "jobs in progress": none, "log bytes": none };

test("a history: ends with its ten-thousandth event, however small they are", async () => {
  using store = await temporaryNotes();
  using sizes = createLogSizes(store.db);
  const log = boundedLog(store.log, {
    catalogue,
    sizes,
    measures: store.measures,
    quotas: { ...NO_QUOTAS, measures: NO_MEASURES },
  });
  expect(MAX_STREAM_EVENTS).toBe(10_000);
  const many = Array.from({ length: MAX_STREAM_EVENTS - 1 }, (_, index) => note(`${index}`));
  await store.log.append({ stream: "a", expected: "none", events: many }, METADATA);
  const add = (expected: number) => log.append({ stream: "a", expected, events: [note("one more")] }, METADATA);
  await add(MAX_STREAM_EVENTS - 1);
  await expect(add(MAX_STREAM_EVENTS)).rejects.toMatchObject({ code: "history_full" });
  expect(await log.versionOf("a")).toBe(MAX_STREAM_EVENTS);
});
