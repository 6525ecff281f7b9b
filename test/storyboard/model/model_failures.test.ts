import { describe, expect, test } from "bun:test";
import { createPlanner } from "../../../src/storyboard/mod.ts";
import { until } from "../../support/until.ts";
import { brief } from "../briefs.ts";
import { modelAnswer, PROTOCOLS, startProvider } from "../provider.ts";
import { failureOf, KEY, PROVIDERS, plannerAt, signal } from "./planners.ts";

describe.each(PROVIDERS)("the %s planner", (provider) => {
  const protocol = PROTOCOLS[provider];
  const pauses = () => {
    const waited: number[] = [];
    return { waited, sleep: async (ms: number) => void waited.push(ms) };
  };

  test.each([
    ["garbage", () => protocol.answer("Sure! Here is your storyboard: ...")],
    ["nothing", () => protocol.answer("")],
    ["an empty storyboard", () => protocol.answer('{"scenes": []}')],
    ["a hundred scenes", () => protocol.answer(modelAnswer(100))],
    ["another shape", () => protocol.answer('{"storyboard": [1, 2, 3]}')],
    ["null", () => protocol.answer("null")],
    ["an answer that was cut off", () => protocol.cut()],
    ["an envelope that is none", () => Response.json({ hello: "world" })],
    ["a list", () => Response.json([])],
    [
      "a page in place of JSON",
      () => new Response("<html>Welcome</html>", { headers: { "content-type": "text/html" } }),
    ],
    ["truncated JSON", () => new Response('{"choices": [', { headers: { "content-type": "application/json" } })],
    ["an empty body", () => new Response("", { headers: { "content-type": "application/json" } })],
    ["3 MiB of spaces", () => new Response(" ".repeat(3 << 20), { headers: { "content-type": "application/json" } })],
  ])("fails with a readable reason after one repair when the model answers %s", async (_, reply) => {
    await using server = startProvider(reply());
    const error = await failureOf(plannerAt(server.url, { provider }).plan(brief(), { signal }));
    expect(error.code).toBe("source_error");
    expect(error.message).toContain("not a valid storyboard");
    expect(server.received).toHaveLength(2);
  });

  test("says that the model declined, without asking again", async () => {
    await using server = startProvider(protocol.declined());
    const error = await failureOf(plannerAt(server.url, { provider }).plan(brief(), { signal }));
    expect(error).toMatchObject({
      code: "source_error",
      message: "Cannot plan the scenes: the model declined this brief",
    });
    expect(server.received).toHaveLength(1);
  });

  test("tries again after 429, waiting as long as Retry-After says, and then succeeds", async () => {
    const { waited, sleep } = pauses();
    await using server = startProvider(
      new Response("{}", { status: 429, headers: { "retry-after": "7" } }),
      new Response("{}", { status: 503 }),
      protocol.answer(modelAnswer()),
    );
    await plannerAt(server.url, { provider, sleep }).plan(brief(), { signal });
    expect(waited).toEqual([7000, 2000]);
  });

  test("waits at most 20 s, and reads a Retry-After that is a date", async () => {
    const { waited, sleep } = pauses();
    const now = Date.parse("2026-01-01T00:00:00Z");
    await using server = startProvider(
      new Response("{}", { status: 429, headers: { "retry-after": "3600" } }),
      new Response("{}", { status: 500, headers: { "retry-after": "Thu, 01 Jan 2026 00:00:05 GMT" } }),
      protocol.answer(modelAnswer()),
    );
    await plannerAt(server.url, { provider, sleep, now: () => now }).plan(brief(), { signal });
    expect(waited).toEqual([20_000, 5000]);
  });

  test.each([
    [429, "unavailable", 3],
    [500, "source_error", 3],
    [529, "source_error", 3],
    [401, "unavailable", 1],
    [403, "unavailable", 1],
    [400, "source_error", 1],
    [404, "source_error", 1],
    [409, "source_error", 1],
    [302, "source_error", 1],
  ])("answered %d fails as %s after %d tries, without the provider's own words", async (status, code, tries) => {
    const body = JSON.stringify({ error: { message: `Incorrect API key provided: ${KEY}`, type: "x" } });
    const headers = { "content-type": "application/json", location: "http://127.0.0.1:1/", "x-should-retry": "true" };
    await using server = startProvider(new Response(body, { status, headers }));
    const error = await failureOf(plannerAt(server.url, { provider }).plan(brief(), { signal }));
    expect<string>(error.code).toBe(code);
    expect(error.message).toContain(`${status}`);
    expect(server.received).toHaveLength(tries);
  });

  test("gives up on a model that hangs, after three tries", async () => {
    await using server = startProvider(() => new Promise<Response>(() => {}));
    const error = await failureOf(plannerAt(server.url, { provider, callTimeoutMs: 150 }).plan(brief(), { signal }));
    expect(error.code).toBe("source_timeout");
    expect(server.received).toHaveLength(3);
  });

  test("counts a body that drips as a time-out too", async () => {
    const drip = () => {
      const body = new ReadableStream<string>({
        async pull(controller) {
          await Bun.sleep(20);
          controller.enqueue(" ");
        },
      });
      return new Response(body, { headers: { "content-type": "application/json" } });
    };
    await using server = startProvider(drip);
    const error = await failureOf(plannerAt(server.url, { provider, callTimeoutMs: 200 }).plan(brief(), { signal }));
    expect(error.code).toBe("source_timeout");
    expect(server.received).toHaveLength(3);
  });

  test("holds the total limit, whatever the single calls take", async () => {
    await using server = startProvider(() => new Promise<Response>(() => {}));
    const planner = plannerAt(server.url, { provider, callTimeoutMs: 60_000, totalMs: 200 });
    const error = await failureOf(planner.plan(brief(), { signal }));
    expect(error).toMatchObject({
      code: "source_timeout",
      message: "Cannot plan the scenes: the model took too long overall",
    });
    expect(server.received).toHaveLength(1);
  });

  test("says that nobody answers, without naming the address", async () => {
    const server = startProvider(protocol.answer(""));
    await server[Symbol.asyncDispose]();
    const error = await failureOf(plannerAt(server.url, { provider }).plan(brief(), { signal }));
    expect(error.code).toBe("source_unreachable");
    expect(error.message).not.toContain("127.0.0.1");
  });

  test("stops at once when the job is cancelled, in a call and in a pause", async () => {
    await using hanging = startProvider(() => new Promise<Response>(() => {}));
    const during = new AbortController();
    const call = plannerAt(hanging.url, { provider }).plan(brief(), { signal: during.signal });
    await until(() => hanging.received.length > 0);
    during.abort(new Error("cancelled by a person"));
    await expect(call).rejects.toThrow("cancelled by a person");

    await using busy = startProvider(new Response("{}", { status: 429, headers: { "retry-after": "20" } }));
    const pausing = new AbortController();
    const planner = createPlanner({ provider, apiKey: KEY, baseUrl: protocol.base(busy.url) });
    const pause = planner.plan(brief(), { signal: pausing.signal });
    await until(() => busy.received.length > 0);
    pausing.abort(new Error("cancelled by a person"));
    await expect(pause).rejects.toThrow("cancelled by a person");
    expect(busy.received).toHaveLength(1);
  });
});
