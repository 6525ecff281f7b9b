import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { Campaign } from "../../src/campaigns/schema.ts";
import { checked } from "../support/answer.ts";
import { newCampaign, newClient } from "../support/clients.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

const Ids = Type.Array(Type.Object({ id: Type.String() }));
const idsOf = (data: unknown) => checked(Ids, data).map(({ id }) => id);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Walks the `Link` headers from a path to the end. */
async function walk(path: string): Promise<string[]> {
  const ids: string[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const { data, headers, meta } = await server.api("GET", next);
    ids.push(...idsOf(data));
    next = /^<\/api\/v3(.+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
    expect(meta.nextCursor === undefined).toBe(next === undefined);
  }
  return ids;
}

describe.each(["clients", "campaigns"] as const)("GET /%s", (kind) => {
  const ids: string[] = [];
  let clientId = "";
  beforeAll(async () => {
    clientId = await newClient(server.api, "the list's");
    const make = () => (kind === "clients" ? newClient(server.api) : newCampaign(server.api, clientId));
    for (let index = 0; index < 7; index++) ids.unshift(await make());
    if (kind === "clients") ids.push(clientId);
  });

  test("lists the newest first, with an exact total", async () => {
    const { data, meta, headers } = await server.api("GET", `/${kind}`);
    expect(idsOf(data)).toEqual(ids);
    expect(meta).toMatchObject({ page: 1, total: ids.length });
    expect(headers.has("link")).toBe(false);
  });

  test("pages by offset, and past the end is empty", async () => {
    const { data, meta } = await server.api("GET", `/${kind}?limit=3&offset=3`);
    expect(idsOf(data)).toEqual(ids.slice(3, 6));
    expect(meta).toMatchObject({ page: 2, total: ids.length });
    const beyond = await server.api("GET", `/${kind}?limit=3&offset=300`);
    expect(beyond).toMatchObject({ data: [], meta: { total: ids.length } });
    expect(beyond.headers.has("link")).toBe(false);
  });

  test("walks by cursor without loss or repetition, also while others come and go", async () => {
    expect(await walk(`/${kind}?limit=2`)).toEqual(ids);
    const first = await server.api("GET", `/${kind}?limit=2`);
    const newer = kind === "clients" ? await newClient(server.api) : await newCampaign(server.api, clientId);
    const gone = ids[1] ?? "";
    await server.api("DELETE", `/${kind}/${gone}`);
    ids.splice(1, 1);
    const second = await server.api("GET", `/${kind}?limit=100&cursor=${first.meta.nextCursor}`);
    expect(idsOf(second.data)).toEqual(ids.slice(1));
    expect(second.meta).not.toHaveProperty("total");
    await server.api("DELETE", `/${kind}/${newer}`);
    expect((await server.api("GET", `/${kind}`)).meta.total).toBe(ids.length);
  });

  test.each(["limit=0", "limit=1001", "limit=x", "offset=-1", "cursor=nope", "cursor=cDE&offset=1"])(
    "refuses %s",
    async (query) => {
      const { status, meta } = await server.api("GET", `/${kind}?${query}`);
      expect({ status, code: meta.code }).toEqual({ status: 422, code: "validation_failed" });
    },
  );
});

describe("the filters of GET /campaigns", () => {
  test("choose by client, by status and by both, each with its own total and its own next page", async () => {
    const [one, two] = [await newClient(server.api), await newClient(server.api)];
    const made = new Map<string, string>();
    for (const clientId of [one, two]) {
      for (const status of ["draft", "active", "archived", "active"]) {
        made.set(await newCampaign(server.api, clientId, { status }), `${clientId} ${status}`);
      }
    }
    const having = (text: string) => [...made].filter(([, of]) => of.includes(text)).map(([id]) => id);
    for (const [query, text] of [
      [`client_id=${one}`, one],
      ["status=active", " active"],
      [`client_id=${two}&status=active`, `${two} active`],
      [`client_id=${two}&status=archived`, `${two} archived`],
      ["client_id=nobody", "nobody"],
    ] as const) {
      const { data, meta } = await server.api("GET", `/campaigns?${query}`);
      expect(idsOf(data)).toEqual(having(text).toReversed());
      expect(meta.total).toBe(having(text).length);
      expect(await walk(`/campaigns?${query}&limit=1`)).toEqual(having(text).toReversed());
    }
  });

  test("follow a campaign that changes its status or client", async () => {
    const [one, two] = [await newClient(server.api), await newClient(server.api)];
    const id = await newCampaign(server.api, one);
    await server.api("PUT", `/campaigns/${id}`, { clientId: two, status: "archived" });
    const total = async (query: string) => (await server.api("GET", `/campaigns?${query}`)).meta.total;
    expect(await total(`client_id=${one}`)).toBe(0);
    expect(await total(`client_id=${two}&status=draft`)).toBe(0);
    expect(await total(`client_id=${two}&status=archived`)).toBe(1);
    const { data } = await server.api("GET", `/campaigns?client_id=${two}`);
    expect(checked(Type.Array(Campaign), data)).toMatchObject([{ id, clientId: two, status: "archived" }]);
  });

  test.each(["status=all", "status=", "client_id=", "status=draft&status=active"])("refuse %s", async (query) => {
    expect((await server.api("GET", `/campaigns?${query}`)).status).toBe(422);
  });
});
