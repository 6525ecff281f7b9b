import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newCampaign, newClient, readCampaign } from "../support/clients.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

let server: TestServer;
let clientId = "";
beforeAll(async () => {
  server = await startTestServer();
  clientId = await newClient(server.api);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const full = {
  name: "Summer launch",
  goal: "Be known on every beach",
  status: "active",
  productUrl: "https://acme.example/bottle?utm=1",
  brief: { audience: { age: [18, 30] }, channels: ["social", null] },
  metadata: { booking: "B-1" },
} as const;

describe("POST /campaigns", () => {
  test("makes a campaign of a client, and answers everything that was given", async () => {
    const answer = await server.api("POST", "/campaigns", { clientId, ...full });
    const campaign = readCampaign(answer);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe(`/api/v3/campaigns/${campaign.id}`);
    expect(campaign).toMatchObject({ clientId, ...full });
    expect(readCampaign(await server.api("GET", `/campaigns/${campaign.id}`))).toEqual(campaign);
  });

  test("needs only a client and a name; it is a draft then, and what is unknown is null", async () => {
    const { status, goal, productUrl, brief, metadata } = readCampaign(
      await server.api("POST", "/campaigns", { clientId, name: "Summer" }),
    );
    expect({ status, goal, productUrl, brief, metadata }).toEqual({
      status: "draft",
      goal: null,
      productUrl: null,
      brief: null,
      metadata: null,
    });
  });

  test.each<[string, object, string[]]>([
    ["nothing", {}, ["clientId", "name"]],
    ["a client of null", { clientId: null, name: "a" }, ["clientId"]],
    ["an unknown client", { clientId: "0199f0a0-0000-7000-8000-000000000001", name: "a" }, ["clientId"]],
    ["an id that is no id", { clientId: "../..", name: "a" }, ["clientId"]],
    ["a status that there is not", { name: "a", status: "done" }, ["status"]],
    ["a script as product", { name: "a", productUrl: "javascript:alert(1)//https://" }, ["productUrl"]],
    ["a brief that is a text", { name: "a", brief: "sell" }, ["brief"]],
    ["a brief over 64 KiB", { name: "a", brief: { a: "x".repeat(65_536) } }, ["brief"]],
    ["two objects over 64 KiB", { name: "a", brief: big(), metadata: big() }, ["brief", "metadata"]],
    ["an unknown field", { name: "a", budget: 5 }, ["budget"]],
  ])("refuses %s and names each field", async (_what, body, paths) => {
    const before = server.eventTypes().length;
    const sent = _what === "nothing" ? body : { clientId, ...body };
    const { status, meta } = await server.api("POST", "/campaigns", sent);
    expect({ status, code: meta.code }).toEqual({ status: 422, code: "validation_failed" });
    const named = Array.isArray(meta.details) ? meta.details.map(({ path }) => path) : [];
    expect(named.toSorted()).toEqual(paths);
    expect(server.eventTypes()).toHaveLength(before);
  });

  test("takes an object of exactly 64 KiB", async () => {
    const brief = { a: "x".repeat(64 * 1024 - '{"a":""}'.length) };
    expect((await server.api("POST", "/campaigns", { clientId, name: "a", brief })).status).toBe(201);
  });
});

describe("PUT /campaigns/{id}", () => {
  test("changes what is given and keeps the rest", async () => {
    const before = readCampaign(await server.api("POST", "/campaigns", { clientId, ...full }));
    const { updatedAt, ...after } = readCampaign(
      await server.api("PUT", `/campaigns/${before.id}`, { status: "archived", brief: null }),
    );
    const { updatedAt: _earlier, ...kept } = before;
    expect(after).toEqual({ ...kept, status: "archived", brief: null });
  });

  test("moves to another client that is there, and to no other", async () => {
    const other = await newClient(server.api);
    const id = await newCampaign(server.api, clientId);
    expect(readCampaign(await server.api("PUT", `/campaigns/${id}`, { clientId: other })).clientId).toBe(other);
    for (const wrong of ["nope", other.toUpperCase(), null, ""]) {
      const { status, meta } = await server.api("PUT", `/campaigns/${id}`, { clientId: wrong, name: "moved" });
      expect({ status, details: meta.details }).toMatchObject({ status: 422, details: [{ path: "clientId" }] });
    }
    expect(readCampaign(await server.api("GET", `/campaigns/${id}`))).toMatchObject({
      clientId: other,
      name: "Summer launch",
    });
  });
});

describe("a campaign that is not there", () => {
  test("is not found, and has no other methods", async () => {
    const id = await newCampaign(server.api, clientId);
    expect(await server.api("DELETE", `/campaigns/${id}`)).toMatchObject({
      status: 200,
      data: { id, message: "The campaign was deleted" },
    });
    for (const [method, body] of [["GET"], ["PUT", { name: "x" }], ["DELETE"]] as const) {
      expect((await server.api(method, `/campaigns/${id}`, body)).meta.code).toBe("not_found");
      expect((await server.api(method, "/campaigns/%2e%2e%2fclients", body)).meta.code).toBe("not_found");
    }
    expect((await server.api("POST", `/campaigns/${id}`, {})).headers.get("allow")).toBe("DELETE, GET, HEAD, PUT");
  });
});

function big() {
  return { a: "x".repeat(70_000) };
}
