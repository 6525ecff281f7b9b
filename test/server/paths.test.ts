import { afterAll, beforeAll, expect, test } from "bun:test";
import { newClient } from "../support/clients.ts";
import { rawRequest, requestHead } from "../support/raw_request.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

let server: TestServer;
let client: string;

beforeAll(async () => {
  server = await startTestServer();
  client = await newClient(server.api);
});
afterAll(() => server[Symbol.asyncDispose]());

// The runtime matches what was sent, and `request.url` has it resolved: these would be one path to who decides who may
// come in, and another to the route.
test.each([
  "/api/v3/assets/..",
  "/api/v3/assets/.",
  "/api/v3/assets/%2e%2e",
  "/api/v3/assets/..%5c..%5cdocs",
  "/api/v3/assets/..\\..\\..\\docs",
  "/api/v3/jobs/../scenes/..",
  "/api/v3/clients/CLIENT#/../../docs",
])("%s opens nothing", async (path) => {
  for (const method of ["GET", "DELETE"]) {
    const { status } = await rawRequest(server.url, requestHead(`${method} ${path.replace("CLIENT", client)}`));
    expect([400, 404, 405]).toContain(status);
  }
  expect((await server.api("GET", `/clients/${client}`)).status).toBe(200);
});

test("a DELETE that calls its empty body JSON is a DELETE", async () => {
  const gone = await newClient(server.api);
  const { status } = await server.api("DELETE", `/clients/${gone}`, "", { "content-type": "application/json" });
  expect(status).toBe(200);
});
