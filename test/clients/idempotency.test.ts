import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newClient, readCampaign, readClient } from "../support/clients.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe.each([
  ["clients", () => ({ name: "Acme" }), readClient],
  ["campaigns", (clientId: string) => ({ clientId, name: "Summer" }), readCampaign],
] as const)("POST /%s with an Idempotency-Key", (kind, bodyFor, thingOf) => {
  const post = (body: object, key: string) => server.api("POST", `/${kind}`, body, { "idempotency-key": key });
  let body: object = {};
  beforeAll(async () => {
    body = bodyFor(await newClient(server.api));
  });

  test("makes one thing for any number of requests at once, and says which were replayed", async () => {
    const before = server.eventTypes().length;
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(body, `${kind}-20`)));
    expect(new Set(answers.map((answer) => thingOf(answer).id)).size).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const replayed = answers.filter(({ headers }) => headers.get("idempotency-replayed") === "true");
    expect(replayed).toHaveLength(19);
    expect(server.eventTypes()).toHaveLength(before + 1);
  });

  test("refuses the key for another body, also at once, and takes the same in another order", async () => {
    const first = thingOf(await post(body, `${kind}-a`));
    const reversed = Object.fromEntries(Object.entries(body).toReversed());
    expect(thingOf(await post(reversed, `${kind}-a`)).id).toBe(first.id);
    expect((await post({ ...body, name: "Other" }, `${kind}-a`)).meta.code).toBe("idempotency_key_reused");
    const both = await Promise.all([post(body, `${kind}-b`), post({ ...body, name: "Other" }, `${kind}-b`)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 422]);
  });

  test("finds no second thing after the first was deleted", async () => {
    const { id } = thingOf(await post(body, `${kind}-d`));
    await server.api("DELETE", `/${kind}/${id}`);
    expect((await post(body, `${kind}-d`)).status).toBe(404);
  });

  test("takes no key of another kind or form", async () => {
    await post(body, `${kind}-x`);
    const other = await server.api("POST", "/clients", { name: "Third" }, { "idempotency-key": `${kind}-x` });
    expect(other.meta.code).toBe("idempotency_key_reused");
    expect((await post(body, "with space")).meta.details).toMatchObject([{ path: "Idempotency-Key" }]);
  });
});
