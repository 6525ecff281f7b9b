import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { hasBrowser, launchBrowser } from "../support/browser.ts";
import { newClient } from "../support/clients.ts";
import { act, readyJob } from "../support/jobs.ts";
import { startTestServer, type TestServer, temporaryDirectory } from "../support/test_server.ts";
import { until } from "../support/until.ts";

/** Follows a stream with the browser's own `EventSource`; what it saw is in the page's title, as JSON. */
const FOLLOW = `(path, types) => {
  const source = new EventSource(path);
  const seen = [];
  const show = () => { document.title = JSON.stringify({ seen, state: source.readyState }); };
  for (const type of types) source.addEventListener(type, (event) => {
    seen.push({ id: Number(event.lastEventId), type: event.type, stream: JSON.parse(event.data).stream });
    show();
  });
  source.onopen = show;
  source.onerror = show;
}`;

interface Seen {
  readonly seen: readonly { readonly id: number; readonly type: string; readonly stream: string }[];
  /** As `EventSource.readyState`: 0 connecting, 1 open, 2 closed for good. */
  readonly state: number;
}

describe.skipIf(!hasBrowser)("EventSource of a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  async function follow(server: TestServer, path: string, types: readonly string[]): Promise<Page> {
    const page = await browser.newPage();
    // Any page of the server's own origin will do.
    await page.goto(`${server.url}/docs`, { waitUntil: "commit" });
    await page.evaluate(`(${FOLLOW})(${JSON.stringify(path)}, ${JSON.stringify(types)})`);
    return page;
  }

  async function seenBy(page: Page, isEnough: (seen: Seen) => boolean): Promise<Seen> {
    let seen: Seen = { seen: [], state: 0 };
    await until(async () => {
      const title = await page.title();
      if (title.startsWith("{")) seen = JSON.parse(title);
      return isEnough(seen);
    });
    return seen;
  }

  test("follows a job to its end and then stays away", async () => {
    await using server = await startTestServer();
    const { id } = await readyJob(server.api);
    const types = ["JobCreated", "ScenesGenerated", "SceneUpdated", "JobCancelled"];
    await using page = await follow(server, `/api/v3/jobs/${id}/events`, types);
    await seenBy(page, ({ seen }) => seen.length === 2);
    await server.api("PUT", `/jobs/${id}/scenes/1`, { script: "Live" });
    await act(server.api, { id }, { action: "cancel" });
    const { seen } = await seenBy(page, ({ state }) => state === 2);
    expect(seen.map(({ type }) => type)).toEqual(types);
  });

  test("comes back by itself after a restart of the server, without loss and without repetition", async () => {
    const dataDir = await temporaryDirectory();
    try {
      const first = await startTestServer({ DATA_DIR: dataDir });
      await using page = await follow(first, "/api/v3/events", ["ClientCreated"]);
      await seenBy(page, ({ state }) => state === 1);
      const ids = [await newClient(first.api), await newClient(first.api)];
      await seenBy(page, ({ seen }) => seen.length === 2);
      await first.stop();
      await using second = await startTestServer({ DATA_DIR: dataDir, PORT: new URL(first.url).port });
      ids.push(await newClient(second.api), await newClient(second.api));
      await seenBy(page, ({ seen, state }) => seen.length >= 4 && state === 1);
      ids.push(await newClient(second.api));
      const { seen } = await seenBy(page, (now) => now.seen.length >= 5);
      expect(seen.map(({ stream }) => stream)).toEqual(ids.map((id) => `client-${id}`));
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
