import { afterAll, beforeAll, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import type { ErrorCode } from "../../src/core/errors.ts";
import { checked } from "../support/answer.ts";
import { type MediaOrigin, startOrigin } from "../support/origin.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

const Failed = Type.Object({
  error: Type.String(),
  meta: Type.Object({ code: Type.String(), details: Type.Optional(Type.Unknown()) }),
});
const Documented = Type.Object({
  components: Type.Object({ examples: Type.Record(Type.String(), Type.Object({ value: Failed })) }),
});

let origin: MediaOrigin;
let server: TestServer;
let examples: Record<string, { value: { error: string; meta: { code: string; details?: unknown } } }>;

beforeAll(async () => {
  origin = await startOrigin();
  server = await startTestServer({ ALLOWED_ASSET_DOMAINS: `*, ${origin.grant}`, MAX_ASSET_DOWNLOAD_SIZE_MB: "1" });
  ({ examples } = checked(Documented, await (await server.get("/docs/json")).json()).components);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
});

const JSON_TYPE = { "content-type": "application/json" };

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return server.get(`/api/v3${path}`, {
    method: "POST",
    headers: { ...JSON_TYPE, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

function importOf(url: string, type = "image"): Promise<Response> {
  return post("/assets/from-url", { name: "Bottle", type, url }, { prefer: "wait=60" });
}

async function changeOfOldVersion(): Promise<Response> {
  const { id } = checked(
    Type.Object({ data: Type.Object({ id: Type.String() }) }),
    await (await post("/clients", { name: "Acme" })).json(),
  ).data;
  const headers = { ...JSON_TYPE, "if-match": '"7"' };
  return server.get(`/api/v3/clients/${id}`, { method: "PUT", headers, body: '{"name":"Acme Outdoor"}' });
}

const PROVOKED: readonly (readonly [ErrorCode, () => Promise<Response>])[] = [
  ["malformed_json", () => post("/clients", "{")],
  ["bad_request", () => server.get("/api/v3/assets/%ff")],
  ["not_found", () => server.get("/api/v3/assets/1")],
  ["validation_failed", () => post("/clients", { name: 5 })],
  ["body_too_large", () => post("/clients", { name: "x".repeat(1_100_000) })],
  ["unsupported_media_type", () => post("/clients", "{}", { "content-type": "text/plain" })],
  ["precondition_failed", changeOfOldVersion],
  [
    "idempotency_key_reused",
    async () => {
      const key = { "idempotency-key": "reused" };
      await post("/clients", { name: "Acme" }, key);
      return post("/clients", { name: "Other" }, key);
    },
  ],
  ["source_not_allowed", () => importOf("http://10.0.0.1/bottle.jpg")],
  ["source_error", () => importOf(`${origin.url}/no-such-file.jpg`)],
  ["type_mismatch", () => importOf(`${origin.url}/photo.jpg`, "audio")],
];

test.each(PROVOKED)("errorExamples: the documented %s is what the server answers", async (code, provoke) => {
  const failed = checked(Failed, await (await provoke()).json());
  const documented = examples[code]?.value;
  expect(failed.meta.code).toBe(code);
  expect(wording(failed.error)).toBe(wording(documented?.error ?? ""));
  expect(shapeOf(failed.meta.details)).toEqual(shapeOf(documented?.meta.details));
});

/** Leaves out what differs from one request to the next: hosts, numbers, versions and types. */
function wording(error: string): string {
  return error
    .replace(/from [^\s:]+(:\d+)?:/, "from HOST:")
    .replace(/as \w+: it is \w+ \(\w+\)/, "as TYPE: it is TYPE (FORMAT)")
    .replace(/"\d+"/, "VERSION");
}

function shapeOf(details: unknown): unknown {
  return typeof details === "object" && details !== null && !Array.isArray(details) ? Object.keys(details) : details;
}
