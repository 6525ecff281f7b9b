import { describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { createMetrics } from "../../src/http/metrics.ts";
import { operationsRoutes } from "../../src/http/operations.ts";
import { form, imageBody, importAsset, startServerAndOrigin } from "../support/imports.ts";
import { startOrigin } from "../support/origin.ts";
import { rawRequest } from "../support/raw_request.ts";
import { spawnServer } from "../support/server_process.ts";
import { startTestServer, temporaryDirectory, until } from "../support/test_server.ts";

/** Every line of Prometheus' text format: a comment, or a name with labels and a number. */
const LINE =
  /^(# (HELP|TYPE) [a-z_:][\w:]* .+|[a-z_:][\w:]*(\{([a-z_]\w*="[^"\n]*",?)*\})? (-?[\d.e+-]+|NaN|[+-]Inf)|)$/i;

describe("health", () => {
  test("says that the process runs and that it is ready", async () => {
    await using both = await startServerAndOrigin();
    const live = await both.server.get("/health/live");
    expect([live.status, await live.json()]).toEqual([200, { status: "live" }]);
    const ready = await both.server.get("/health/ready");
    expect([ready.status, await ready.json()]).toEqual([200, { status: "ready" }]);
  });

  test("says 503 when the server cannot do its work, and nothing of why", async () => {
    const checkReady = () => {
      throw new Error("SQLITE_CANTOPEN: /secret/path");
    };
    const app = operationsRoutes({ metrics: createMetrics(), checkReady });
    const ready = await app.handle(new Request("http://localhost/health/ready"));
    expect([ready.status, await ready.json()]).toEqual([503, { status: "not ready" }]);
    expect(ready.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect((await app.handle(new Request("http://localhost/health/live"))).status).toBe(200);
  });
});

describe("a health check by HTTP/1.0 without Host, as HAProxy sends it", () => {
  test.each(["GET", "HEAD", "OPTIONS"])("is answered: %s", async (method) => {
    await using server = await startTestServer();
    for (const check of ["live", "ready"]) {
      const raw = await rawRequest(server.url, `${method} /health/${check} HTTP/1.0\r\n\r\n`);
      expect(raw.status).toBe(200);
      expect(raw.head.toLowerCase()).toContain("x-content-type-options: nosniff");
      expect(raw.body).toBe(method === "HEAD" ? "" : JSON.stringify({ status: check }));
    }
  });

  test("is the only request that needs no Host", async () => {
    await using server = await startTestServer();
    for (const path of ["/", "/api/v3/assets", "/metrics", "/health/none", "//x/health/live", "/docs"]) {
      expect((await rawRequest(server.url, `GET ${path} HTTP/1.0\r\n\r\n`)).status).toBe(400);
    }
    expect((await rawRequest(server.url, "POST /health/live HTTP/1.0\r\n\r\n")).status).toBe(400);
  });
});

describe("metrics", () => {
  test("are Prometheus' text, by route pattern and true status, and grow by no id or nonsense", async () => {
    await using both = await startServerAndOrigin();
    const { server, origin } = both;
    const asset = await importAsset(server.api, origin);
    const data = `/api/v3/assets/${asset.id}/data`;
    await server.get(data, { headers: { range: "bytes=0-1" } });
    await server.get(data, { headers: { "if-none-match": "*" } });
    await server.get(data, { headers: { range: "bytes=999999-" } });
    for (let n = 0; n < 20; n++) await server.get(`/nonsense-${n}/secret?key=${n}`);
    for (let n = 0; n < 20; n++) await server.api("GET", `/assets/id-${n}`);
    await server.api("GET", "/assets?limit=x");

    let text = "";
    await until(async () => {
      const response = await server.get("/metrics");
      expect(response.headers.get("content-type")).toStartWith("text/plain; version=0.0.4");
      text = await response.text();
      return text.includes('route="/api/v3/assets/",status="422"');
    });
    expect(text.split("\n").filter((line) => !LINE.test(line))).toEqual([]);
    expect(text).not.toMatch(/nonsense|secret|id-\d/);
    expect(text).not.toContain(asset.id);
    const count = (labels: string) =>
      Number(new RegExp(`^reelog_http_request_duration_seconds_count\\{${labels}\\} (\\d+)$`, "m").exec(text)?.[1]);
    expect(count('method="POST",route="/api/v3/assets/from-url",status="201"')).toBe(1);
    expect(count('method="GET",route="/api/v3/assets/:id/data",status="206"')).toBe(1);
    expect(count('method="GET",route="/api/v3/assets/:id/data",status="304"')).toBe(1);
    expect(count('method="GET",route="/api/v3/assets/:id/data",status="416"')).toBe(1);
    expect(count('method="GET",route="none",status="404"')).toBe(20);
    expect(count('method="GET",route="/api/v3/assets/:id",status="404"')).toBe(20);
    expect(text).toMatch(/^reelog_log_position [1-9]/m);
    expect(text).toMatch(/^reelog_ingest_running 0$/m);
    expect(text).toMatch(/^process_resident_memory_bytes [1-9]/m);
  });
});

describe("the log of a server", () => {
  test("is JSON lines with request ids and statuses, without query strings, bodies and file names", async () => {
    await using origin = await startOrigin();
    const dataDir = await temporaryDirectory();
    const env = { DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant, LOG_LEVEL: "trace", AI_API_KEY: "sk-s3cret" };
    await using server = await spawnServer(env);
    const url = `${origin.url}/photo.png?X-Amz-Signature=s3cret#s3cret`;
    const headers = { "x-request-id": "mine", authorization: "Bearer s3cret", "idempotency-key": "s3cret" };
    await server.api("POST", "/assets/from-url", imageBody(origin, { url, name: "s3cret" }), headers);
    await server.api("POST", "/assets/from-url", imageBody(origin, { url: `${origin.url}/status/500?s3cret` }));
    await server.api("POST", "/assets", form(new File(["text"], "s3cret.txt")));
    await server.api("GET", "/assets?tag=s3cret&cursor=s3cret");
    await server.api("POST", "/assets/from-url", { s3cret: "s3cret" });
    await fetch(`${server.url}/api/v3/assets/none/data?signature=s3cret`);
    await until(() => server.logs.filter((line) => line.includes('"request"')).length >= 6);

    const lines = server.logs.map((line) => JSON.parse(line));
    for (const line of lines)
      expect(line).toMatchObject({ level: expect.stringMatching(/^(debug|info|warn)$/), time: expect.any(String) });
    expect(lines).toContainEqual(
      expect.objectContaining({ requestId: "mine", method: "POST", path: "/api/v3/assets/from-url", status: 201 }),
    );
    const source = `${origin.url}/photo.png`;
    expect(lines).toContainEqual(expect.objectContaining({ requestId: "mine", msg: "import requested", source }));
    expect(lines).toContainEqual(expect.objectContaining({ requestId: "mine", msg: "imported", format: "png" }));
    expect(lines).toContainEqual(expect.objectContaining({ msg: "import failed", code: "source_error" }));
    expect(server.logs.join("\n")).not.toContain("s3cret");
    // A wrong request is the client's matter, not ours.
    expect(lines.filter(({ level }) => level === "error" || level === "fatal")).toEqual([]);
    await rm(dataDir, { recursive: true, force: true });
  });
});
