import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Origin, startOrigin } from "../../src/cli/demo/origin.ts";
import { readAsset } from "../support/answer.ts";
import { hasBrowser, launchBrowser } from "../support/browser.ts";
import { act, readyJob } from "../support/jobs.ts";
import { newKey } from "../support/keys.ts";
import { eventsIn, startTestServer, type TestServer, temporaryDirectory, until } from "../support/test_server.ts";
import { compile, generateTypes, NEW_PROJECT, run } from "./tools.ts";

const guide = await Bun.file(join(import.meta.dir, "../../docs/frontend.md")).text();
type Kind = "script" | "browser" | "keys" | "anywhere";
/** The blocks of some kinds: those without a word behind `ts` are a script's. */
function blocksOf(...kinds: readonly Kind[]): string[] {
  return [...guide.matchAll(/^```ts ?(\w*)\n(.*?)^```$/gms)].flatMap(([, word, code = ""]) =>
    kinds.some((kind) => kind === (word || "script")) ? [code] : [],
  );
}
const forScript = blocksOf("script", "anywhere");
/** The one function for all requests, on which every other block builds. */
const first = forScript.slice(0, 1);
const forPage = [...first, ...blocksOf("browser", "anywhere")];
const forKeys = [...first, ...blocksOf("keys")];

let origin: Origin;
let page: ReturnType<typeof Bun.serve>;
let server: TestServer;
let directory: string;
beforeAll(async () => {
  directory = await temporaryDirectory();
  origin = startOrigin();
  page = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    development: false,
    fetch: ({ url }) =>
      url.endsWith("/page.js")
        ? new Response(Bun.file(join(directory, "page.js")))
        : new Response("<!doctype html><title>The guide</title>", { headers: { "content-type": "text/html" } }),
  });
  const env = { ALLOWED_ASSET_DOMAINS: origin.host, ALLOWED_ORIGINS: page.url.origin };
  server = await startTestServer(env);
  await generateTypes(server.url, join(directory, "reelog-api.d.ts"));
  await Bun.write(join(directory, "script.ts"), moduleOf(forScript));
  await Bun.write(join(directory, "page.ts"), moduleOf(forPage));
  await Bun.write(join(directory, "keys.ts"), moduleOf(forKeys));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await page.stop(true);
  await origin[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

function moduleOf(parts: readonly string[]): string {
  return `${parts.join("\n")}\nexport {};\n`
    .replaceAll("http://127.0.0.1:8000", server.url)
    .replaceAll("http://127.0.0.1:8001", origin.url);
}

/** Returns the output that the comments behind `console.log` promise, in order. */
function promisedBy(parts: readonly string[]): string[] {
  return [...parts.join("\n").matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text = ""]) => text);
}

/** Passes requests on, but for the first three: one is refused, one fails, and one breaks off after an event. */
function troubledProxy(target: string, onRequest: (request: Request) => void) {
  let count = 0;
  const proxy = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      onRequest(request);
      count++;
      if (count === 1) return new Response(null, { status: 429, headers: { "retry-after": "1" } });
      if (count === 2) return new Response("<h1>Bad gateway</h1>", { status: 502 });
      const { pathname, search } = new URL(request.url);
      const answer = await fetch(`${target}${pathname}${search}`, { headers: request.headers });
      if (count > 3) return answer;
      const [head = ""] = /^[\s\S]*?data: .*\n\n/.exec(await answer.text()) ?? [];
      return new Response(head, { headers: { "content-type": "text/event-stream" } });
    },
  });
  return { url: proxy.url, [Symbol.asyncDispose]: () => proxy.stop(true) };
}

describe("the guide for frontends", () => {
  test("compiles in strict mode, also in a new project of today's templates", async () => {
    expect(await compile(directory, ["script.ts", "page.ts", "keys.ts"], NEW_PROJECT)).toEqual({
      exitCode: 0,
      said: "",
    });
  });

  test("runs from the first request to the video, and prints what it says", async () => {
    const { exitCode, said } = await run(join(directory, "script.ts"));
    expect(said.split("\n").filter(Boolean)).toEqual(promisedBy(forScript));
    expect(exitCode).toBe(0);
  }, 300_000);

  test.skipIf(!hasBrowser)("runs in a browser where it says so", async () => {
    const built = await Bun.build({
      entrypoints: [join(directory, "page.ts")],
      outdir: directory,
      target: "browser",
    });
    expect(built.success).toBeTrue();
    const browser = await launchBrowser();
    try {
      const tab = await browser.newPage();
      const told: string[] = [];
      const complaints: string[] = [];
      tab.on("console", (message) => void told.push(message.text()));
      tab.on("pageerror", ({ message }) => void complaints.push(message));
      await tab.goto(page.url.href);
      await tab.addScriptTag({ url: "/page.js", type: "module" });
      const promised = promisedBy(forPage);
      await until(() => told.length >= promised.length || complaints.length > 0);
      expect({ told, complaints }).toEqual({ told: promised, complaints: [] });
    } finally {
      await browser.close();
    }
  });

  test("runs with a key where it says so", async () => {
    await using guarded = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.host });
    const { key } = await newKey(guarded.config.dataDir, "ana");
    await until(async () => (await guarded.get("/api/v3/assets")).status === 401);
    const path = join(directory, "keys.ts");
    const code = await Bun.file(path).text();
    await Bun.write(path, code.replaceAll(server.url, guarded.url).replace("your key", key));
    const { exitCode, said } = await run(path);
    expect(said.split("\n").filter(Boolean)).toEqual(promisedBy(forKeys));
    expect(exitCode).toBe(0);
  });

  test("draws the cards of a job whose asset was deleted", async () => {
    const { api } = server;
    const wanted = { name: "Lantern", type: "image", url: `${origin.url}/lantern.jpg` };
    const { id: assetId } = readAsset(await api("POST", "/assets/from-url", wanted));
    const job = await readyJob(api, { assets: [{ assetId }] });
    await act(api, job, { action: "cancel" });
    expect((await api("DELETE", `/assets/${assetId}`)).status).toBe(200);
    const cards = forScript.filter((code) => code.includes("async function cards("));
    const path = join(directory, "cards.ts");
    await Bun.write(
      path,
      moduleOf([...first, `const planned = (await call<Job>("GET", "/jobs/${job.id}")).data;`, ...cards]),
    );
    expect(await run(path)).toEqual({ exitCode: 0, said: `${job.scenes.length} 0\n` });
  });

  test("follows a job through a proxy that is busy, fails and breaks off, and misses nothing", async () => {
    const { api } = server;
    const job = await readyJob(api);
    await act(api, job, { action: "cancel" });
    const resumed: (string | null)[] = [];
    await using proxy = troubledProxy(server.url, (request) => resumed.push(request.headers.get("last-event-id")));
    const path = join(directory, "follow.ts");
    const all = `for await (const { position } of follow("/jobs/${job.id}/events")) console.log(position);`;
    const code = moduleOf([...first, ...blocksOf("anywhere"), all]);
    await Bun.write(path, code.replaceAll(server.url, proxy.url.origin));
    const { exitCode, said } = await run(path);
    const positions = eventsIn(server.config.dataDir).flatMap(({ stream, position }) =>
      stream === `job-${job.id}` ? [String(position)] : [],
    );
    expect(said.split("\n").filter(Boolean)).toEqual(positions);
    expect(exitCode).toBe(0);
    // Refused, failed, broken off after its first event, whole, and over.
    expect(resumed).toEqual([null, null, null, positions[0] ?? "", positions.at(-1) ?? ""]);
  });

  test("names every link and every endpoint as it is", async () => {
    const ids = new Set(
      [...guide.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w\s-]/g, "")
          .replaceAll(" ", "-"),
      ),
    );
    const wanted = [...guide.matchAll(/\]\(#([^)]+)\)/g)].map(([, id = ""]) => id);
    expect(wanted.filter((id) => !ids.has(id))).toEqual([]);

    const withoutCode = guide.replaceAll(/^```.*?^```$/gms, "");
    const routed = new Set(server.routes.map(({ path }) => path.replaceAll(/:(\w+)/g, "{$1}").replace(/\/$/, "")));
    const named = [
      ...withoutCode.matchAll(
        /`(?:(?:GET|POST|PUT|PATCH|DELETE) )?(\/(?:assets|jobs|clients|campaigns|events)[^`?]*)/g,
      ),
    ];
    const paths = named.map(([, path = ""]) => `/api/v3${path}`);
    expect(paths.filter((path) => !routed.has(path))).toEqual([]);
  });
});
