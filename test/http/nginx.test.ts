import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newClient } from "../support/clients.ts";
import { act, readJob, readyJob } from "../support/jobs.ts";
import { apiAt, startTestServer, type TestServer, temporaryDirectory, until } from "../support/test_server.ts";

const NGINX = Bun.which("nginx") ?? "/usr/sbin/nginx";
const isThere = existsSync(NGINX);
if (!isThere) {
  if (process.env.CI === "true") throw new Error("nginx is missing: CI installs nginx-light");
  console.warn("skipped: the tests behind nginx; `apt-get install nginx-light` has them run");
}

describe.skipIf(!isThere)("behind nginx with gzip", () => {
  let server: TestServer;
  let nginx: Bun.Subprocess;
  let url: string;
  beforeAll(async () => {
    server = await startTestServer();
    const directory = await temporaryDirectory();
    const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const { port } = probe;
    await probe.stop(true);
    url = `http://127.0.0.1:${port}`;
    const configuration = `
      daemon off; pid ${directory}/pid; error_log stderr;
      events {}
      http {
        access_log off; client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
        fastcgi_temp_path ${directory}/f; uwsgi_temp_path ${directory}/u; scgi_temp_path ${directory}/s;
        gzip on; gzip_proxied any; gzip_types application/json; gzip_min_length 0; gzip_http_version 1.0;
        server { listen 127.0.0.1:${port}; location / { proxy_pass ${server.url}; } }
      }`;
    await writeFile(join(directory, "nginx.conf"), configuration);
    nginx = Bun.spawn([NGINX, "-p", directory, "-c", join(directory, "nginx.conf")], {
      stdout: "ignore",
      stderr: "ignore",
    });
    await until(async () => {
      const response = await fetch(`${url}/health/live`).catch(() => null);
      return response?.status === 200;
    });
  });
  afterAll(async () => {
    nginx?.kill();
    await nginx?.exited;
    await server[Symbol.asyncDispose]();
  });

  test("the ETag comes weak, and If-Match with it approves what was seen, and nothing newer", async () => {
    const api = apiAt(url);
    const job = await readyJob(api);
    const seen = await api("GET", `/jobs/${job.id}`, undefined, { "accept-encoding": "gzip" });
    const weak = seen.headers.get("etag") ?? "";
    expect(weak).toBe(`W/"${job.version}"`);
    const headers = { "if-match": weak, prefer: "respond-async" };
    expect(readJob(await act(api, job, { action: "approve", headers })).status).not.toBe("storyboard_ready");
    expect((await act(api, job, { action: "cancel", headers: { "if-match": weak } })).status).toBe(412);
  });

  test("a change of a client with its weak ETag passes once, and a read with it is 304", async () => {
    const api = apiAt(url);
    const path = `/clients/${await newClient(api)}`;
    const weak = (await api("GET", path, undefined, { "accept-encoding": "gzip" })).headers.get("etag") ?? "";
    expect(weak).toStartWith("W/");
    expect((await fetch(`${url}/api/v3${path}`, { headers: { "if-none-match": weak } })).status).toBe(304);
    expect((await api("PUT", path, { name: "New" }, { "if-match": weak })).status).toBe(200);
    expect((await api("PUT", path, { name: "Newer" }, { "if-match": weak })).status).toBe(412);
  });
});
