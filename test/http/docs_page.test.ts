import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { type Browser, chromium } from "playwright-core";
import packageJson from "../../package.json" with { type: "json" };
import { startTestServer, type TestServer } from "../support/test_server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => await server[Symbol.asyncDispose]());

describe("the page of the documentation in a browser", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
  }, 60_000);

  afterAll(async () => await browser.close());

  test("shows every operation, asks no other host for anything, and has nothing to complain of", async () => {
    await using context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    const hosts = new Set<string>();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
    page.on("websocket", (socket) => hosts.add(new URL(socket.url()).origin));
    // Data URLs have no host; their origin is the word "null".
    context.on("request", (request) => hosts.add(new URL(request.url()).origin));

    await page.goto(`${server.url}/docs`);
    await page.getByRole("heading", { name: "Reelog" }).waitFor();
    for (const summary of ["Import an asset from a URL", "List assets", "Delete an asset"]) {
      await page.getByRole("link", { name: summary }).first().waitFor();
    }
    await page.getByRole("link", { name: "Import an asset from a URL" }).first().click();
    await page.getByRole("heading", { name: "Import an asset from a URL" }).first().waitFor();
    await page.getByText("Idempotency-Key").first().waitFor();
    await page.getByText("https://cdn.example/bottle.jpg").filter({ visible: true }).first().waitFor();
    // Whatever the script sends when it has time: reports, fonts, maps.
    await page.waitForTimeout(1_000);

    hosts.delete("null");
    expect([...hosts]).toEqual([server.url]);
    expect(complaints).toEqual([]);
  }, 120_000);

  test("tries a request out against this server", async () => {
    await using context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    await page.goto(`${server.url}/docs#tag/assets/GET/api/v3/assets`);
    await page
      .getByRole("button", { name: /Test Request.*get \/api\/v3\/assets\b/i })
      .first()
      .click();
    const answer = page.waitForResponse((response) => new URL(response.url()).pathname === "/api/v3/assets");
    await page.getByRole("button", { name: /^Send/ }).first().click();
    const { origin } = new URL((await answer).url());
    expect(origin).toBe(server.url);
  }, 120_000);
});

describe("the addresses of the documentation", () => {
  test("answer the page under a policy that lets nothing in from outside", async () => {
    const response = await server.get("/docs");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain("http");
    expect(response.headers.get("x-request-id")).not.toBeNull();
    const html = await response.text();
    expect(html.match(/https?:\/\/[^"' ]+/g)).toEqual(["http://www.w3.org/2000/svg"]);
  });

  test("answer the pinned script, to be kept for a year", async () => {
    const html = await (await server.get("/docs")).text();
    const address = /<script src="([^"]+)"/.exec(html)?.[1] ?? "";
    expect(address).toBe(`/docs/scalar.js?v=${packageJson.dependencies["@scalar/api-reference"]}`);
    const script = await server.get(address);
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(script.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(script.headers.get("x-content-type-options")).toBe("nosniff");
    expect((await script.bytes()).byteLength).toBeGreaterThan(1_000_000);
  });

  test.each(["/docs", "/docs/", "/docs/json", "/docs/scalar.js"])(
    "answer HEAD of %s as GET without a body",
    async (path) => {
      const [get, head] = [await server.get(path), await server.get(path, { method: "HEAD" })];
      expect(head.status).toBe(200);
      for (const name of ["content-type", "cache-control", "content-security-policy"]) {
        expect(head.headers.get(name)).toBe(get.headers.get(name));
      }
      expect(await head.text()).toBe("");
      expect(Number(head.headers.get("content-length"))).toBe((await get.bytes()).byteLength);
    },
  );

  test.each(["/docs", "/docs/json", "/docs/scalar.js"])(
    "refuse another method of %s, and say which there are",
    async (path) => {
      const response = await server.get(path, { method: "POST" });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("GET, HEAD");
    },
  );

  test.each(["/docs", "/docs/json", "/docs/scalar.js"])("answer %s to no foreign host", async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
    expect(answer).toStartWith("HTTP/1.1 403");
    expect(answer).toContain('"code":"forbidden"');
  });

  test.each(["/docs/nothing", "/docs/../package.json", "/docs/%2e%2e/package.json", "/docs/scalar.js/x"])(
    "know nothing else: %s",
    async (path) => {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(answer).toStartWith("HTTP/1.1 404");
    },
  );
});

async function raw(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  const received: Buffer[] = [];
  await new Promise<void>((resolve) => {
    socket.on("data", (chunk: Buffer) => void received.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.write(bytes);
  });
  return Buffer.concat(received).toString();
}
