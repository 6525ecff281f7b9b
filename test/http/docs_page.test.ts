import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { Browser, BrowserContext } from "playwright-core";
import packageJson from "../../package.json" with { type: "json" };
import { hasBrowser, launchBrowser } from "../support/browser.ts";
import { startTestServer, type TestServer, until } from "../support/test_server.ts";

const FILES = ["/docs/swagger-ui.js", "/docs/swagger-ui.css", "/docs/page.js", "/docs/page.css"];

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => await server[Symbol.asyncDispose]());

describe.skipIf(!hasBrowser)("the page of the documentation in a browser", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(async () => await browser?.close());

  /** A page, whom it asks, and its complaints: what is in the console (a broken policy too), and what failed. */
  async function openPage(context: BrowserContext) {
    const page = await context.newPage();
    const complaints: string[] = [];
    const hosts = new Set<string>();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
    page.on("response", (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
    });
    page.on("websocket", (socket) => hosts.add(new URL(socket.url()).origin));
    // Data URLs have no host; their origin is the word "null".
    context.on("request", (request) => hosts.add(new URL(request.url()).origin));
    return { page, complaints, hosts };
  }

  test("shows every operation, asks no other host for anything, and has nothing to complain of", async () => {
    await using context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const { page, complaints, hosts } = await openPage(context);
    await page.goto(`${server.url}/docs`);
    await page.getByRole("heading", { name: "Reelog" }).waitFor();
    await page.locator(".opblock").first().waitFor();
    const shown = await page.locator(".opblock-summary-description").allTextContents();
    expect(shown.toSorted()).toEqual((await summaries()).toSorted());

    await page.getByRole("button", { name: "Import an asset from a URL" }).first().click();
    await page.getByText("Idempotency-Key").first().waitFor();
    await page.getByText("https://cdn.example/bottle.jpg").filter({ visible: true }).first().waitFor();
    // Whatever the script sends when it has time: reports, fonts, maps.
    await page.waitForTimeout(1_000);

    hosts.delete("null");
    expect([...hosts]).toEqual([server.url]);
    expect(complaints).toEqual([]);
  });

  test.each([
    { colorScheme: "light", other: "dark" },
    { colorScheme: "dark", other: "light" },
  ] as const)("is $colorScheme for who likes it so, and changes with the reader", async ({ colorScheme, other }) => {
    await using context = await browser.newContext({ colorScheme });
    const { page } = await openPage(context);
    await page.goto(`${server.url}/docs`);
    await page.locator(".opblock").first().waitFor();
    // Bright letters are for a dark ground.
    const isDark = () =>
      page.getByRole("heading", { name: "Reelog" }).evaluate((title) => {
        const [red = "", green = "", blue = ""] = getComputedStyle(title).color.match(/\d+/g) ?? [];
        return Number(red) + Number(green) + Number(blue) > 3 * 128;
      });
    expect(await isDark()).toBe(colorScheme === "dark");
    await page.emulateMedia({ colorScheme: other });
    // The page is told at its next frame.
    await until(async () => (await isDark()) === (other === "dark"));
  });

  test("tries a request out against this server, and adds nothing that its reader has not written", async () => {
    await using context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const { page, complaints, hosts } = await openPage(context);
    await page.goto(`${server.url}/docs#/Assets/listAssets`);
    await page.getByRole("button", { name: "Try it out" }).click();
    const answer = page.waitForResponse((response) => new URL(response.url()).pathname === "/api/v3/assets");
    await page.getByRole("button", { name: "Execute" }).click();
    const answered = await answer;
    expect(answered.url()).toBe(`${server.url}/api/v3/assets?limit=100`);
    expect(answered.status()).toBe(200);
    const headers = await answered.request().allHeaders();
    for (const name of ["x-request-id", "if-none-match", "range", "prefer"]) expect(headers).not.toHaveProperty(name);
    hosts.delete("null");
    expect([...hosts]).toEqual([server.url]);
    expect(complaints).toEqual([]);
  });
});

/** The name of each operation in the document. */
async function summaries(): Promise<string[]> {
  const { paths } = Value.Parse(Described, await (await server.get("/docs/json")).json());
  // A path also has parameters, which its operations share.
  return Object.values(paths).flatMap(({ parameters: _shared, ...operations }) =>
    Object.values(Value.Parse(Operations, operations)).map(({ summary }) => summary),
  );
}

const Operations = Type.Record(Type.String(), Type.Object({ summary: Type.String() }));
const Described = Type.Object({ paths: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())) });

describe("the addresses of the documentation", () => {
  test("answer the page under a policy that lets nothing in from outside", async () => {
    const response = await server.get("/docs");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).not.toContain("http");
    expect(response.headers.get("x-request-id")).not.toBeNull();
    const html = await response.text();
    expect(html.match(/https?:\/\/[^"' ]+/g)).toEqual(["http://www.w3.org/2000/svg"]);
  });

  test("answer the pinned viewer, to be kept for a year", async () => {
    const version = packageJson.dependencies["swagger-ui-dist"];
    const html = await (await server.get("/docs")).text();
    for (const [address, type, atLeast] of [
      [`/docs/swagger-ui.js?v=${version}`, "text/javascript; charset=utf-8", 1_000_000],
      [`/docs/swagger-ui.css?v=${version}`, "text/css; charset=utf-8", 100_000],
    ] as const) {
      expect(html).toContain(`"${address}"`);
      const file = await server.get(address);
      expect(file.headers.get("content-type")).toBe(type);
      expect(file.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(file.headers.get("x-content-type-options")).toBe("nosniff");
      expect((await file.bytes()).byteLength).toBeGreaterThan(atLeast);
    }
  });

  test("answer the page's own script and styles, to be asked for again", async () => {
    const html = await (await server.get("/docs")).text();
    for (const [address, type] of [
      ["/docs/page.js", "text/javascript; charset=utf-8"],
      ["/docs/page.css", "text/css; charset=utf-8"],
    ] as const) {
      expect(html).toContain(`"${address}"`);
      const file = await server.get(address);
      expect(file.headers.get("content-type")).toBe(type);
      expect(file.headers.get("cache-control")).toBe("no-cache");
    }
  });

  test.each(["/docs", "/docs/", "/docs/json", ...FILES])("answer HEAD of %s as GET without a body", async (path) => {
    const [get, head] = [await server.get(path), await server.get(path, { method: "HEAD" })];
    expect(head.status).toBe(200);
    for (const name of ["content-type", "cache-control", "content-security-policy"]) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
    expect(await head.text()).toBe("");
    expect(Number(head.headers.get("content-length"))).toBe((await get.bytes()).byteLength);
  });

  test.each(["/docs", "/docs/json", ...FILES])("refuse another method of %s, and say which there are", async (path) => {
    const response = await server.get(path, { method: "POST" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
  });

  test.each(["/docs", "/docs/json", ...FILES])("answer %s to no foreign host", async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
    expect(answer).toStartWith("HTTP/1.1 403");
    expect(answer).toContain('"code":"forbidden"');
  });

  test.each(["/docs/nothing", "/docs/../package.json", "/docs/%2e%2e/package.json", "/docs/page.js/x"])(
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
