import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Origin, startOrigin } from "../../src/cli/demo/origin.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

const readme = await Bun.file(join(import.meta.dir, "../../README.md")).text();
const folder = mkdtempSync(join(tmpdir(), "reelog-readme-"));
let origin: Origin;
let server: TestServer;

beforeAll(async () => {
  origin = startOrigin();
  server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.host });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("the tour of the README works as it is written", async () => {
  const blocks = [...readme.matchAll(/```sh tour\n(.*?)```/gs)].map(([, block = ""]) => block);
  const script = ["set -euo pipefail", ...blocks]
    .join("\n")
    .replace("http://127.0.0.1:8000", server.url)
    .replace("http://127.0.0.1:8001", origin.url);
  const tour = Bun.spawn(["bash", "-c", script], { cwd: folder, stdout: "pipe", stderr: "pipe" });
  const [told, complained] = await Promise.all([new Response(tour.stdout).text(), new Response(tour.stderr).text()]);
  expect(complained).toBe("");
  expect(await tour.exited).toBe(0);
  expect(told).not.toContain('"code":');
  expect(told).toContain("HTTP/1.1 206 Partial Content");
  expect(told).toContain('"pageCount":2');
  expect(told).toContain('"estimatedCost":');
  expect(told).toMatch(/\/api\/v3\/jobs\/[\w-]+\/video/);
  const video = await Bun.file(join(folder, "ad.mp4")).bytes();
  expect(Buffer.from(video.subarray(4, 8)).toString("latin1")).toBe("ftyp");
  const sheet = await Bun.file(join(folder, "storyboard.png")).bytes();
  expect(Buffer.from(sheet.subarray(1, 4)).toString("latin1")).toBe("PNG");
});

test("the README's links and short forms exist", async () => {
  const { scripts } = await Bun.file(join(import.meta.dir, "../../package.json")).json();
  const named = new Set([...readme.matchAll(/bun run ([a-z-]+)/g)].map(([, name = ""]) => name));
  expect([...named].filter((name) => !(name in scripts))).toEqual([]);
});
