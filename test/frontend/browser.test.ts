import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { type Origin, startOrigin } from "../../src/cli/demo/origin.ts";
import { hasBrowser, launchBrowser } from "../support/browser.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";
import page from "./app/index.html";

/** The page comes from a server of its own, so every call of the API crosses origins. */
function serveApp() {
  return Bun.serve({ hostname: "127.0.0.1", port: 0, development: false, routes: { "/": page } });
}

describe.skipIf(!hasBrowser)("the reference frontend in a browser", () => {
  let origin: Origin;
  let app: ReturnType<typeof serveApp>;
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    origin = startOrigin();
    app = serveApp();
    server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.host, ALLOWED_ORIGINS: app.url.origin });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    await app?.stop(true);
    await origin?.[Symbol.asyncDispose]();
  });

  async function open(): Promise<{ tab: Page; complaints: string[] }> {
    const tab = await browser.newPage({ viewport: { width: 1100, height: 900 } });
    const complaints: string[] = [];
    tab.on("pageerror", (error) => complaints.push(error.message));
    tab.setDefaultTimeout(60_000);
    await tab.goto(`${app.url.href}?api=${encodeURIComponent(server.url)}`);
    return { tab, complaints };
  }

  test("goes from a URL to the end of the video", async () => {
    const { tab, complaints } = await open();
    for (const name of ["lantern.jpg", "tent.webp"]) {
      await tab.fill("#import [name=url]", `${origin.url}/${name}`);
      await tab.click("#import button");
      await tab.locator("#assets li[data-status=ready]", { hasText: name }).waitFor();
    }
    await pictureOf(tab, "#assets li:first-child img");

    await tab.fill("#import [name=url]", "http://10.0.0.1/private.png");
    await tab.click("#import button");
    await tab.locator("#problem", { hasText: "Cannot" }).waitFor();

    await tab.fill("#brief [name=duration]", "9");
    await tab.click("#brief button");
    await tab.locator("#scenes li").first().waitFor();
    const scenes = await tab.locator("#scenes li").count();
    expect(scenes).toBeGreaterThanOrEqual(3);
    await pictureOf(tab, "#scenes li img");

    const script = "Dusk falls, and one warm light stays.";
    await tab.fill("#scenes li[data-scene='1'] textarea", script);
    await tab.click("#scenes li[data-scene='1'] button:text('Save')");
    await tab
      .locator("#events li", { hasText: /scene 1/i })
      .first()
      .waitFor({ state: "attached" });
    await tab.waitForFunction(
      (expected) => document.querySelector<HTMLTextAreaElement>("#scenes textarea")?.value === expected,
      script,
    );
    const before = await tab.locator("#scenes li[data-scene='2'] textarea").inputValue();
    await tab.click("#scenes li[data-scene='2'] button:text('Another')");
    await tab.waitForFunction(
      (old) => document.querySelector<HTMLTextAreaElement>("#scenes li[data-scene='2'] textarea")?.value !== old,
      before,
    );
    await tab.click("#approve");
    await tab.locator("#video video").waitFor();
    const duration = await tab.evaluate(async () => {
      const video = document.querySelector("video");
      if (!video) throw new Error("no video");
      video.muted = true;
      const over = new Promise((resolve, reject) => {
        video.onended = resolve;
        video.onerror = () => reject(new Error(video.error?.message));
      });
      await video.play();
      await over;
      return video.duration;
    });
    expect(duration).toBeCloseTo(9, 1);
    expect(complaints).toEqual([]);
    if (process.env.SCREENSHOT) await tab.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
    await tab.close();
  }, 300_000);

  test("shows why an import failed, and uploads a file with progress", async () => {
    const { tab } = await open();
    await tab.fill("#import [name=url]", `${origin.url}/missing.png`);
    await tab.click("#import button");
    await tab.locator("#assets li[data-status=failed]").waitFor();
    await tab.setInputFiles("#file", "test/fixtures/media/photo.webp");
    await tab.locator("#assets li[data-status=ready]", { hasText: "photo.webp" }).waitFor();
    expect(await tab.locator("#sent").evaluate((bar) => bar instanceof HTMLProgressElement && bar.value)).toBe(1);
    await tab.close();
  });

  test("is refused as a whole where its origin is not allowed", async () => {
    await using closed = await startTestServer();
    const tab = await browser.newPage();
    await tab.goto(`${app.url.href}?api=${encodeURIComponent(closed.url)}`);
    await tab.locator("#problem:not([hidden])").waitFor();
    await tab.close();
  });
});

/** Waits until a picture from the other origin is really there. */
async function pictureOf(tab: Page, selector: string): Promise<void> {
  await tab.waitForFunction((css) => {
    const image = document.querySelector(css);
    return image instanceof HTMLImageElement && image.complete && image.naturalWidth > 0;
  }, selector);
}
