import { afterAll, beforeAll, expect, test } from "bun:test";
import { isObject, type JsonObject } from "../../src/http/openapi/json.ts";
import { cpuOf } from "../support/cpu.ts";
import { HOSTILE_TEXTS } from "../support/hostile_texts.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

/** The time for reading 1 MiB once, with room for a slow machine; a quadratic pattern takes minutes. */
const MAX_PATTERN_MS = 100;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test("patterns: every one of the OpenAPI document reads the ugliest MiB in linear time", async () => {
  const document: unknown = await (await server.get("/docs/json")).json();
  if (!isObject(document)) throw new Error("the document is no object");
  const patterns = [...new Set(patternsIn(document))];
  expect(patterns.length).toBeGreaterThan(5);
  const slow = patterns.flatMap((pattern) => {
    const expression = new RegExp(pattern);
    return Object.entries(HOSTILE_TEXTS).flatMap(([name, text]) => {
      // A quadratic one shows at an eighth of it, and the test need not wait for minutes.
      for (const length of [2 ** 17, 2 ** 20]) {
        const hostile = text(length);
        const milliseconds = cpuOf(() => expression.test(hostile));
        if (milliseconds > MAX_PATTERN_MS) return [`${pattern}: ${milliseconds} ms for ${length} of ${name}`];
      }
      return [];
    });
  });
  expect(slow).toEqual([]);
});

function patternsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(patternsIn);
  if (!isObject(value)) return [];
  const own = isPattern(value) ? [value.pattern] : [];
  return [...own, ...Object.values(value).flatMap(patternsIn)];
}

function isPattern(value: JsonObject): value is JsonObject & { pattern: string } {
  return typeof value.pattern === "string";
}
