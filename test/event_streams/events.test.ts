import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newClient } from "../support/clients.ts";
import { openStream } from "../support/event_stream.ts";
import { rawRequest, requestHead } from "../support/raw_request.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const open = (query = "", headers: Record<string, string> = {}) =>
  openStream(`${server.url}/api/v3/events${query}`, headers);

async function head(): Promise<number> {
  await using stream = await open();
  await stream.frame();
  return Number(stream.lastEventId());
}

describe("GET /events", () => {
  test("says what it is, lets no proxy hold it back, and begins with where it stands", async () => {
    await newClient(server.api);
    await using stream = await open();
    const { status, headers } = stream.response;
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/event-stream");
    expect(headers.get("cache-control")).toBe("private, no-cache, no-transform");
    expect(headers.get("x-accel-buffering")).toBe("no");
    expect(headers.get("x-request-id")).toBeString();
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-encoding")).toBeNull();
    expect((await stream.frame())?.fields).toEqual({ retry: "2000", id: String(server.eventTypes().length) });
  });

  test("carries what happens from now on, each event once and in order, with a sentence", async () => {
    await newClient(server.api, "Before");
    await using stream = await open();
    const id = await newClient(server.api, "After");
    await server.api("PUT", `/clients/${id}`, { name: "Later" });
    const [made, changed] = await stream.take(2);
    expect(made).toMatchObject({
      stream: `client-${id}`,
      version: 1,
      type: "ClientCreated",
      actor: "local",
      sentence: "The client “After” was created",
    });
    expect(changed).toMatchObject({ type: "ClientUpdated", data: { name: "Later" }, version: 2 });
    expect(changed?.position).toBe((made?.position ?? 0) + 1);
  });

  test("goes on after Last-Event-ID, by header or query, and the header wins", async () => {
    const before = await head();
    for (const name of ["one", "two", "three"]) await newClient(server.api, name);
    const sentences = async (query: string, headers: Record<string, string>, count: number) => {
      await using stream = await open(query, headers);
      return (await stream.take(count)).map(({ position }) => position - before);
    };
    expect(await sentences("", { "last-event-id": String(before) }, 3)).toEqual([1, 2, 3]);
    expect(await sentences(`?lastEventId=${before + 1}`, {}, 2)).toEqual([2, 3]);
    expect(await sentences(`?lastEventId=${before}`, { "last-event-id": String(before + 2) }, 1)).toEqual([3]);
    expect((await sentences("?lastEventId=0", {}, 1))[0]).toBe(1 - before);
  });

  test("loses nothing when it is cut before the first event", async () => {
    await using first = await open();
    await first.frame();
    const seen = first.lastEventId();
    await first.close();
    const id = await newClient(server.api, "Meanwhile");
    await using second = await open("", { "last-event-id": seen });
    expect(await second.next()).toMatchObject({ stream: `client-${id}` });
  });

  test("carries only events of the types that are asked for, live and from the log", async () => {
    const before = await head();
    await using live = await open("?type=ClientUpdated,ClientDeleted");
    const id = await newClient(server.api);
    await server.api("PUT", `/clients/${id}`, { name: "Other" });
    await server.api("DELETE", `/clients/${id}`);
    const types = (events: { type: string }[]) => events.map(({ type }) => type);
    expect(types(await live.take(2))).toEqual(["ClientUpdated", "ClientDeleted"]);
    for (const [type, expected] of [
      ["ClientUpdated,ClientDeleted", ["ClientUpdated", "ClientDeleted"]],
      ["ClientDeleted", ["ClientDeleted"]],
    ] as const) {
      await using replayed = await open(`?type=${type}&lastEventId=${before}`);
      expect(types(await replayed.take(expected.length))).toEqual([...expected]);
    }
  });

  test("carries only events of the streams that are asked for, also together with a type", async () => {
    const before = await head();
    const [one, two] = [await newClient(server.api), await newClient(server.api)];
    await server.api("PUT", `/clients/${two}`, { name: "Other" });
    await using stream = await open(`?stream=client-${two}&lastEventId=${before}`);
    expect((await stream.take(2)).map(({ stream }) => stream)).toEqual([`client-${two}`, `client-${two}`]);
    await using both = await open(`?stream=client-${one},client-${two}&type=ClientUpdated&lastEventId=${before}`);
    expect(await both.next()).toMatchObject({ stream: `client-${two}`, type: "ClientUpdated" });
    await using later = await open(`?stream=client-nobody,client-${two}`);
    await server.api("PUT", `/clients/${one}`, { name: "Not asked for" });
    await server.api("PUT", `/clients/${two}`, { name: "Asked for" });
    expect(await later.next()).toMatchObject({ stream: `client-${two}`, data: { name: "Asked for" } });
  });

  test.each<[string, string, Record<string, string>, number]>([
    ["a word as Last-Event-ID", "", { "last-event-id": "abc" }, 400],
    ["a negative Last-Event-ID", "", { "last-event-id": "-1" }, 400],
    ["a fraction as Last-Event-ID", "", { "last-event-id": "1.5" }, 400],
    ["a Last-Event-ID of another log", "", { "last-event-id": "999999999" }, 400],
    ["an endless Last-Event-ID", "", { "last-event-id": "1".repeat(400) }, 400],
    ["a word in the query", "?lastEventId=abc", {}, 422],
    ["nothing in the query", "?lastEventId=", {}, 422],
    ["a position to come in the query", "?lastEventId=999999999", {}, 422],
    ["the query twice", "?lastEventId=1&lastEventId=2", {}, 422],
    ["a type that does not exist", "?type=ClientCreated,Nothing", {}, 422],
    ["an empty type", "?type=", {}, 422],
    ["an empty stream", "?stream=", {}, 422],
    ["a stream without a kind", "?stream=12345", {}, 422],
    ["a stream with a quotation mark's friends", "?stream=job-a%00b", {}, 422],
    ["fifty-one streams", `?stream=${Array.from({ length: 51 }, (_, index) => `job-${index}`)}`, {}, 422],
  ])("refuses %s with a sentence", async (_what, query, headers, status) => {
    const answer = await server.api("GET", `/events${query}`, undefined, headers);
    expect({ status: answer.status, data: answer.data }).toEqual({ status, data: null });
    expect(answer.error).toStartWith("Cannot ");
  });

  test("takes an empty Last-Event-ID for none", async () => {
    await using stream = await open("", { "last-event-id": "" });
    expect(stream.response.status).toBe(200);
  });

  test("answers HEAD with the headers, at once", async () => {
    const response = await server.get("/api/v3/events", { method: "HEAD" });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    expect(await response.text()).toBe("");
    const { head: raw, body } = await rawRequest(server.url, requestHead("HEAD /api/v3/events"));
    expect([raw.slice(0, 15), body]).toEqual(["HTTP/1.1 200 OK", ""]);
  });

  test("has no other methods", async () => {
    const { status, headers } = await server.api("POST", "/events", {});
    expect([status, headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });
});
