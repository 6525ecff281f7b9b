import { afterAll, beforeAll, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { checked } from "../support/answer.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

const WithId = Type.Object({ data: Type.Object({ id: Type.String() }) });

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => await server[Symbol.asyncDispose]());

test.each([
  ["clients", { name: "Acme" }],
  ["campaigns", { name: "Spring" }],
])(
  "Idempotency-Replayed: POST /%s carries it when repeated, also when the thing was deleted",
  async (things, given) => {
    const path = `/api/v3/${things}`;
    const client = things === "campaigns" ? { clientId: await made("/api/v3/clients", { name: "Acme" }) } : {};
    const init = {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": `${things}-1`, prefer: "respond-async" },
      body: JSON.stringify({ ...given, ...client }),
    };
    const first = await server.get(path, init);
    const replayed = await server.get(path, init);
    const { id } = checked(WithId, await first.json()).data;
    expect((await server.get(`${path}/${id}`, { method: "DELETE" })).status).toBe(200);
    const failed = await server.get(path, init);
    expect([first, replayed, failed].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([
      null,
      "true",
      "true",
    ]);
    expect(failed.status).toBe(404);
  },
);

async function made(path: string, body: unknown): Promise<string> {
  const headers = { "content-type": "application/json" };
  const response = await server.get(path, { method: "POST", headers, body: JSON.stringify(body) });
  return checked(WithId, await response.json()).data.id;
}
