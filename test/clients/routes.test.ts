import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newClient, readClient } from "../support/clients.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const full = {
  name: "Ünïcode & Söhne 🎬",
  description: "Two lines\nof text",
  homepage: "https://acme.example/a?b=c#d",
  brandGuidelines: {
    colors: ["#ff0055", "midnight blue"],
    fonts: { headline: "Inter", body: "Georgia" },
    tone: "warm and plain",
    restrictions: ["never say cheap"],
    examples: "https://acme.example/best-of",
    logoAssetId: null,
  },
  metadata: { crm: { id: 7, nested: [{ deep: [null, true, 1.5] }] }, "": "empty key" },
};

describe("POST /clients", () => {
  test("makes a client, says where it is, and answers everything that was given", async () => {
    const { status, headers, data, error } = await server.api("POST", "/clients", full);
    const client = readClient({ data });
    expect({ status, error }).toEqual({ status: 201, error: null });
    expect(headers.get("location")).toBe(`/api/v3/clients/${client.id}`);
    expect(client).toMatchObject(full);
    expect(client.createdAt).toBe(client.updatedAt);
    expect(readClient(await server.api("GET", `/clients/${client.id}`))).toEqual(client);
  });

  test("needs only a name, and what is unknown is null", async () => {
    const { createdAt, updatedAt, id, ...rest } = readClient(await server.api("POST", "/clients", { name: "Acme" }));
    expect(rest).toEqual({ name: "Acme", description: null, homepage: null, brandGuidelines: null, metadata: null });
    const guidelines = { brandGuidelines: { tone: "dry" } };
    const { brandGuidelines } = readClient(await server.api("POST", "/clients", { name: "Acme", ...guidelines }));
    expect(brandGuidelines).toEqual({
      logoAssetId: null,
      tone: "dry",
      colors: null,
      fonts: null,
      restrictions: null,
      examples: null,
    });
  });

  test.each<[string, unknown, string[]]>([
    ["no name", {}, ["name"]],
    ["a null name", { name: null }, ["name"]],
    ["an empty name", { name: "" }, ["name"]],
    ["a blank name", { name: " \u00a0 " }, ["name"]],
    ["a name of two lines", { name: "a\nb" }, ["name"]],
    ["a name with NUL", { name: "a\u0000b" }, ["name"]],
    ["a name that turns its direction", { name: "a\u202eb" }, ["name"]],
    ["a name of 301 characters", { name: "x".repeat(301) }, ["name"]],
    ["a number as name", { name: 5 }, ["name"]],
    ["an unknown field", { name: "a", nmae: "b" }, ["nmae"]],
    ["an id of its own", { name: "a", id: "mine" }, ["id"]],
    ["a script as homepage", { name: "a", homepage: "javascript:alert(1)" }, ["homepage"]],
    ["a file as homepage", { name: "a", homepage: "file:///etc/passwd" }, ["homepage"]],
    ["a homepage without host", { name: "a", homepage: "https://" }, ["homepage"]],
    ["a homepage with a space", { name: "a", homepage: "https://a b.example/" }, ["homepage"]],
    ["a homepage with a password", { name: "a", homepage: "https://u:p@a.example/" }, ["homepage"]],
    ["a homepage with a bad port", { name: "a", homepage: "https://a.example:99999/" }, ["homepage"]],
    ["a homepage without end", { name: "a", homepage: `https://a.example/${"x".repeat(2048)}` }, ["homepage"]],
    ["an empty homepage", { name: "a", homepage: "" }, ["homepage"]],
    ["a description with a bell", { name: "a", description: "\u0007" }, ["description"]],
    ["a description of 10,001 characters", { name: "a", description: "x".repeat(10_001) }, ["description"]],
    ["metadata that is a list", { name: "a", metadata: [1] }, ["metadata"]],
    ["metadata that is a text", { name: "a", metadata: "{}" }, ["metadata"]],
    ["metadata over 64 KiB", { name: "a", metadata: { a: "ä".repeat(40_000) } }, ["metadata"]],
    ["guidelines that are a text", { name: "a", brandGuidelines: "nice" }, ["brandGuidelines"]],
    ["an unknown guideline", { name: "a", brandGuidelines: { colours: ["red"] } }, ["brandGuidelines"]],
    ["a number among the colours", { name: "a", brandGuidelines: { colors: [1] } }, ["brandGuidelines"]],
    ["a colour of 51 characters", { name: "a", brandGuidelines: { colors: ["x".repeat(51)] } }, ["brandGuidelines"]],
    ["101 fonts", { name: "a", brandGuidelines: { fonts: Array(101).fill("Inter") } }, ["brandGuidelines"]],
    ["a nested tone", { name: "a", brandGuidelines: { tone: { a: { b: "c" } } } }, ["brandGuidelines"]],
    ["several at once", { homepage: "x", metadata: 5 }, ["homepage", "metadata", "name"]],
  ])("refuses %s and names each field", async (_what, body, paths) => {
    const before = server.eventTypes().length;
    const { status, data, error, meta, text } = await server.api("POST", "/clients", body);
    expect({ status, data, code: meta.code }).toEqual({ status: 422, data: null, code: "validation_failed" });
    expect(error).toStartWith("Cannot accept the request");
    const named = pathsOf(meta.details).map((path) => (path.startsWith("brandGuidelines") ? "brandGuidelines" : path));
    expect([...new Set(named)].toSorted()).toEqual(paths);
    expect(text).not.toContain("typebox");
    expect(server.eventTypes()).toHaveLength(before);
  });

  test("says in words what each field wants, also of those that may be null", async () => {
    const guidelines = { tone: 5, colors: { main: "x".repeat(51) }, colours: [] };
    const body = { name: "a\nb", homepage: "ftp://a", description: 5, metadata: [], brandGuidelines: guidelines };
    const { meta } = await server.api("POST", "/clients", body);
    const texts = "must be a text, a list of texts or named texts, each of at most";
    expect(byPath(meta.details)).toEqual({
      name: "must be one line of text, without control characters and direction overrides",
      homepage: "must be an http or https URL",
      description: "must be a string",
      metadata: "must be an object",
      "brandGuidelines.colours": "is not a known field",
      "brandGuidelines.tone": `${texts} 2000 characters`,
      "brandGuidelines.colors": `${texts} 50 characters`,
    });
  });

  test("refuses what is no JSON object", async () => {
    expect((await server.api("POST", "/clients", "[1]", json)).status).toBe(422);
    expect((await server.api("POST", "/clients", "{", json)).meta.code).toBe("malformed_json");
    expect((await server.api("POST", "/clients", '{"name":"a","__proto__":{}}', json)).meta.code).toBe(
      "malformed_json",
    );
  });
});

describe("PUT /clients/{id}", () => {
  test("changes what is given, keeps the rest, and replaces guidelines as a whole", async () => {
    const before = readClient(await server.api("POST", "/clients", full));
    const body = { homepage: null, brandGuidelines: { tone: "dry" } };
    const { status, data } = await server.api("PUT", `/clients/${before.id}`, body);
    const { updatedAt, ...after } = readClient({ data });
    const { updatedAt: _earlier, ...kept } = before;
    expect(status).toBe(200);
    const guidelines = {
      logoAssetId: null,
      colors: null,
      fonts: null,
      tone: "dry",
      restrictions: null,
      examples: null,
    };
    expect(after).toEqual({ ...kept, homepage: null, brandGuidelines: guidelines });
    expect(updatedAt >= before.updatedAt).toBe(true);
  });

  test("writes no event when nothing changes", async () => {
    const client = readClient(await server.api("POST", "/clients", full));
    const before = server.eventTypes().length;
    for (const body of [{}, { name: full.name }, full]) {
      expect(readClient(await server.api("PUT", `/clients/${client.id}`, body))).toEqual(client);
    }
    expect(server.eventTypes()).toHaveLength(before);
  });

  test("refuses what POST refuses, and a name of null", async () => {
    const id = await newClient(server.api);
    for (const body of [
      { name: null },
      { homepage: "ftp://a.example" },
      { metadata: { a: "x".repeat(66_000) } },
      { x: 1 },
    ]) {
      expect((await server.api("PUT", `/clients/${id}`, body)).meta.code).toBe("validation_failed");
    }
    expect(readClient(await server.api("GET", `/clients/${id}`)).name).toBe("Acme Outdoor");
  });
});

describe("a client that is not there", () => {
  test.each(["nope", "%00", "..%2f..%2fetc", "0199f0a0-0000-7000-8000-000000000001", "x".repeat(5_000)])(
    "is not found as %p",
    async (id) => {
      for (const [method, body] of [["GET"], ["PUT", { name: "x" }], ["DELETE"]] as const) {
        const { status, meta } = await server.api(method, `/clients/${id}`, body);
        expect({ status, code: meta.code }).toEqual({ status: 404, code: "not_found" });
      }
    },
  );

  test("is not found after it was deleted, also by a second DELETE", async () => {
    const id = await newClient(server.api);
    const deleted = await server.api("DELETE", `/clients/${id}`);
    expect(deleted).toMatchObject({ status: 200, data: { id, message: "The client was deleted" } });
    expect((await server.api("GET", `/clients/${id}`)).status).toBe(404);
    expect((await server.api("DELETE", `/clients/${id}`)).status).toBe(404);
    expect((await server.api("PUT", `/clients/${id}`, { name: "x" })).status).toBe(404);
    expect((await server.api("GET", "/clients?limit=1000")).text).not.toContain(id);
  });

  test("has no other methods", async () => {
    const patched = await server.api("PATCH", "/clients/1", { name: "x" });
    expect([patched.status, patched.headers.get("allow")]).toEqual([405, "DELETE, GET, HEAD, PUT"]);
    expect((await server.api("DELETE", "/clients")).headers.get("allow")).toBe("GET, HEAD, POST");
  });
});

const json = { "content-type": "application/json" };

/** The paths of `meta.details`. */
function pathsOf(details: unknown): string[] {
  return Array.isArray(details) ? details.map(({ path }) => String(path)) : [];
}

function byPath(details: unknown): Record<string, unknown> {
  return Object.fromEntries(Array.isArray(details) ? details.map(({ path, message }) => [path, message]) : []);
}
