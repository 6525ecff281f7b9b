import { describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { keys, keysProcess, newKey } from "../support/keys.ts";
import { failedStart, spawnServer } from "../support/server_process.ts";
import { startTestServer, type TestServer, temporaryDirectory, until } from "../support/test_server.ts";

/** Waits until the server has heard of the first key. */
async function closed(server: TestServer): Promise<void> {
  await until(async () => (await server.get("/api/v3/me")).status === 401);
}

describe("a server with no key issued", () => {
  test("is open to whoever has no key, a wrong one or any Authorization, as local", async () => {
    await using server = await startTestServer();
    const anything: Record<string, string>[] = [{}, { authorization: "Bearer nope" }, { "x-api-key": "nope" }];
    for (const headers of anything) {
      const { status, data } = await server.api("GET", "/me", undefined, headers);
      expect({ status, data }).toEqual({ status: 200, data: { owner: "local", mode: "open", key: null } });
    }
  });

  test("answers to loopback names only", async () => {
    await using server = await startTestServer();
    expect((await server.api("GET", "/me", undefined, { host: "evil.example" })).status).toBe(403);
  });

  test("does not start on another address, and leaves no directory behind", async () => {
    const dataDir = `${await temporaryDirectory()}/none`;
    const { exitCode, stderr } = await failedStart({ HOST: "0.0.0.0", DATA_DIR: dataDir });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "Cannot start: HOST is 0.0.0.0, but with no API key issued the server is open and listens on loopback only; issue a key first: bun run keys create --owner NAME\n",
    );
    expect(await Bun.file(`${dataDir}/reelog.db`).exists()).toBeFalse();
  });

  test("does not start on another address either when it has a database without keys", async () => {
    const dataDir = await temporaryDirectory();
    await (await startTestServer({ DATA_DIR: dataDir })).stop();
    expect((await failedStart({ HOST: "0.0.0.0", DATA_DIR: dataDir })).stderr).toContain("HOST is 0.0.0.0");
    await rm(dataDir, { recursive: true });
  });
});

describe("a server with keys", () => {
  test("needs one for every path below /api/v3, and for every unknown one", async () => {
    await using server = await startTestServer();
    await newKey(server.config.dataDir, "acme");
    await closed(server);
    for (const path of ["/me", "/assets", "/assets/x/data", "/jobs/x", "/nothing", "/../v3/me"]) {
      const answer = await server.api("GET", path);
      expect({ path, status: answer.status, code: answer.meta.code }).toEqual({
        path,
        status: 401,
        code: "unauthorized",
      });
      expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="reelog"');
    }
    expect((await server.api("POST", "/assets/from-url", "{")).status).toBe(401);
    expect((await server.api("PATCH", "/me")).status).toBe(401);
    for (const path of ["/nothing", "/", "/metrics", "/metrics/", "//metrics", "/API/v3/me", "/%61pi/v3/me"]) {
      expect({ path, status: (await server.get(path)).status }).toEqual({ path, status: 401 });
    }
  });

  test("shows its documentation and health to everybody", async () => {
    await using server = await startTestServer();
    await newKey(server.config.dataDir, "acme");
    await closed(server);
    for (const path of [
      "/docs",
      "/docs/json",
      "/docs/swagger-ui.js",
      "/docs/page.css",
      "/health/live",
      "/health/ready",
    ]) {
      expect({ path, status: (await server.get(path)).status }).toEqual({ path, status: 200 });
    }
  });

  test("takes a key as Bearer and as X-API-Key, in any case and with blanks, and says who it is", async () => {
    await using server = await startTestServer();
    const { id, key } = await newKey(server.config.dataDir, "acme", "--label", "storefront", "--expires", "1h");
    const ways: Record<string, string>[] = [
      { authorization: `Bearer ${key}` },
      { authorization: `bearer   ${key}` },
      { "x-api-key": key },
      { "x-api-key": key, authorization: `Bearer ${key}` },
      { "x-api-key": key, authorization: "Basic cHJveHk6cHJveHk=" },
    ];
    await closed(server);
    for (const headers of ways) {
      const { status, data } = await server.api("GET", "/me", undefined, headers);
      expect(status).toBe(200);
      expect(data).toMatchObject({
        owner: "acme",
        mode: "keys",
        key: { id, label: "storefront", scope: "write", expiresAt: expect.any(String) },
      });
      expect(JSON.stringify(data)).not.toContain(key);
    }
  });

  test.each([
    ["an unknown key", "Bearer rlg_00000000000000000000000000000000000000000000000000"],
    ["no key at all", "Bearer"],
    ["an empty key", "Bearer "],
    ["another scheme", "Basic cmxnXzpy"],
    ["a very long one", `Bearer ${"x".repeat(8_000)}`],
    ["a JSON web token", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhY21lIn0."],
  ])("refuses %s", async (_name, authorization) => {
    await using server = await startTestServer();
    await newKey(server.config.dataDir, "acme");
    await closed(server);
    const { status, meta, text } = await server.api("GET", "/me", undefined, { authorization });
    expect({ status, code: meta.code }).toEqual({ status: 401, code: "unauthorized" });
    expect(text).not.toContain("rlg_");
  });

  test("refuses two different keys, also when both are valid", async () => {
    await using server = await startTestServer();
    const [one, two] = [await newKey(server.config.dataDir, "acme"), await newKey(server.config.dataDir, "bob")];
    await closed(server);
    const { status, meta } = await server.api("GET", "/me", undefined, { ...one.headers, "x-api-key": two.key });
    expect({ status, code: meta.code }).toEqual({ status: 400, code: "bad_request" });
  });

  test("lets a key of scope read only read, and only one of scope admin see the metrics", async () => {
    await using server = await startTestServer();
    const { dataDir } = server.config;
    const read = await newKey(dataDir, "acme", "--scope", "read");
    const write = await newKey(dataDir, "acme");
    const admin = await newKey(dataDir, "acme", "--scope", "admin");
    await closed(server);
    const make = (headers: Record<string, string>) => server.api("POST", "/clients", { name: "Acme" }, headers);
    expect((await server.api("GET", "/assets", undefined, read.headers)).status).toBe(200);
    expect((await server.get("/api/v3/assets", { method: "HEAD", headers: read.headers })).status).toBe(200);
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const { status, meta } = await server.api(method, "/clients/x", undefined, read.headers);
      expect({ method, status, code: meta.code }).toEqual({ method, status: 403, code: "forbidden" });
    }
    expect((await make(read.headers)).status).toBe(403);
    expect((await make(write.headers)).status).toBe(201);
    expect((await make(admin.headers)).status).toBe(201);
    expect((await server.get("/metrics", { headers: write.headers })).status).toBe(403);
    expect((await server.get("/metrics/", { headers: write.headers })).status).toBe(403);
    expect((await server.get("/metrics", { headers: admin.headers })).status).toBe(200);
  });

  test("answers for any host, and for pages of any origin that have a key", async () => {
    await using server = await startTestServer();
    const { headers } = await newKey(server.config.dataDir, "acme");
    await closed(server);
    const foreign = { ...headers, host: "ads.example", origin: "https://evil.example" };
    expect((await server.api("GET", "/me", undefined, foreign)).status).toBe(200);
    expect((await server.api("POST", "/clients", { name: "Acme" }, foreign)).status).toBe(201);
  });

  test("answers a preflight without a key", async () => {
    await using server = await startTestServer({ ALLOWED_ORIGINS: "https://app.example" });
    await newKey(server.config.dataDir, "acme");
    await closed(server);
    const preflight = { origin: "https://app.example", "access-control-request-method": "GET" };
    const response = await server.get("/api/v3/me", { method: "OPTIONS", headers: preflight });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-headers")).toContain("X-API-Key");
    const refused = await server.get("/api/v3/me", { headers: { origin: "https://app.example" } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("access-control-allow-origin")).toBe("https://app.example");
  });

  test("listens on another address than loopback", async () => {
    const dataDir = await temporaryDirectory();
    const { headers } = await newKey(dataDir, "acme");
    await using server = await spawnServer({ HOST: "0.0.0.0", DATA_DIR: dataDir });
    expect(server.logs.join()).toContain('"mode":"keys"');
    const port = new URL(server.url).port;
    const others = Object.values(networkInterfaces())
      .flat()
      .flatMap((net) => (net?.family === "IPv4" && !net.internal ? [net.address] : []));
    for (const address of ["127.0.0.1", ...others.slice(0, 1)]) {
      expect((await fetch(`http://${address}:${port}/api/v3/me`, { headers })).status).toBe(200);
      expect((await fetch(`http://${address}:${port}/api/v3/me`)).status).toBe(401);
    }
  });
});

describe("a command beside a running server", () => {
  test("closes it at once, lets the new key in, and shuts out a revoked one", async () => {
    await using server = await startTestServer();
    const { dataDir } = server.config;
    expect((await server.api("GET", "/me")).status).toBe(200);
    const said = await keysProcess(dataDir, "create", "--owner", "acme");
    await closed(server);
    const headers = { "x-api-key": said.out.trim() };
    expect((await server.api("GET", "/me", undefined, headers)).status).toBe(200);

    await keysProcess(dataDir, "revoke", /Issued key (\S+)/.exec(said.err)?.[1] ?? "");
    await until(async () => (await server.get("/api/v3/me", { headers })).status === 401);
  });

  test("lets each further key in from its first moment on", async () => {
    await using server = await startTestServer();
    const { dataDir } = server.config;
    await newKey(dataDir, "first");
    await until(async () => (await server.get("/api/v3/me")).status === 401);
    for (let n = 0; n < 5; n++) {
      const key = await newKey(dataDir, `owner-${n}`);
      expect((await server.api("GET", "/me", undefined, key.headers)).data).toMatchObject({ owner: `owner-${n}` });
    }
  });

  test("never opens it again: a server whose keys are all revoked lets nobody in, also after a restart", async () => {
    const dataDir = await temporaryDirectory();
    const { id, headers } = await newKey(dataDir, "acme");
    await keys(dataDir, "revoke", id);
    for (const _start of [1, 2]) {
      await using server = await startTestServer({ DATA_DIR: dataDir });
      expect((await server.api("GET", "/me")).status).toBe(401);
      expect((await server.api("GET", "/me", undefined, headers)).status).toBe(401);
      expect((await server.get("/health/live")).status).toBe(200);
    }
    const next = await newKey(dataDir, "acme");
    await using server = await startTestServer({ DATA_DIR: dataDir });
    expect((await server.api("GET", "/me", undefined, next.headers)).status).toBe(200);
  });
});
