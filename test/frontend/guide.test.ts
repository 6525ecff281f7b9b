import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Origin, startOrigin } from "../../src/cli/demo/origin.ts";
import { hasBrowser, launchBrowser } from "../support/browser.ts";
import { newKey } from "../support/keys.ts";
import { startTestServer, type TestServer, temporaryDirectory, until } from "../support/test_server.ts";
import { compile, generateTypes, NEW_PROJECT, run } from "./tools.ts";

const guide = await Bun.file(join(import.meta.dir, "../../docs/frontend.md")).text();
/** The blocks of a kind: those without a word behind `ts` are one script. */
function blocksOf(kind: "script" | "browser" | "keys"): string[] {
  return [...guide.matchAll(/^```ts ?(\w*)\n(.*?)^```$/gms)].flatMap(([, word, code = ""]) =>
    (word || "script") === kind ? [code] : [],
  );
}
const forScript = blocksOf("script");
/** What every other block builds on: the one function for all requests. */
const first = forScript.slice(0, 1);
const forPage = [...first, ...blocksOf("browser")];
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
}, 120_000);
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

/** What the comments behind `console.log` promise, in order. */
function promisedBy(parts: readonly string[]): string[] {
  return [...parts.join("\n").matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text = ""]) => text);
}

describe("the guide for frontends", () => {
  test("compiles in strict mode, also in a new project of today's templates", async () => {
    expect(await compile(directory, ["script.ts", "page.ts", "keys.ts"], NEW_PROJECT)).toEqual({
      exitCode: 0,
      said: "",
    });
  }, 120_000);

  test("runs from the first request to the video, and prints what it says", async () => {
    const { exitCode, said } = await run(join(directory, "script.ts"));
    expect(said.split("\n").filter(Boolean)).toEqual(promisedBy(forScript));
    expect(exitCode).toBe(0);
  }, 180_000);

  test.skipIf(!hasBrowser)(
    "runs in a browser where it says so",
    async () => {
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
        while (told.length < promised.length && complaints.length === 0) await Bun.sleep(20);
        expect({ told, complaints }).toEqual({ told: promised, complaints: [] });
      } finally {
        await browser.close();
      }
    },
    120_000,
  );

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
  }, 120_000);

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
