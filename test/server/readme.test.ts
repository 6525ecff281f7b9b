import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Origin, startOrigin } from "../../src/cli/demo/origin.ts";
import { installed } from "../support/installed.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

const ROOT = join(import.meta.dir, "../..");
const readme = await Bun.file(join(ROOT, "README.md")).text();
const blocks = [...readme.matchAll(/```sh tour\n(.*?)```/gs)].map(([, block = ""]) => block);
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

describe("the README's tour: works as it is typed, and leaves nothing where it is begun", () => {
  const shells = [
    { shell: "bash", options: ["--norc", "-s"], strict: "set -euo pipefail" },
    // Interactive, because a comment is an error there and not in a script.
    { shell: "zsh", options: ["-f", "-i", "-s", "-o", "no_prompt_cr"], strict: "setopt ERR_EXIT NO_UNSET PIPE_FAIL" },
  ].map((row) => ({ ...row, path: installed(row.shell) }));

  for (const { shell, options, strict, path } of shells) {
    test.skipIf(path === undefined)(shell, async () => {
      const begin = mkdtempSync(join(folder, "begin-"));
      const script = [strict, ...blocks, ""]
        .join("\n")
        .replace("http://127.0.0.1:8000", server.url)
        .replace("http://127.0.0.1:8001", origin.url);
      const tour = Bun.spawn([path ?? shell, ...options], {
        cwd: begin,
        env: { PATH: process.env.PATH ?? "", HOME: folder, TMPDIR: folder, PS1: "", PS2: "" },
        stdin: new Blob([script]),
        stdout: "pipe",
        stderr: "pipe",
      });
      const [told, complained] = await Promise.all([
        new Response(tour.stdout).text(),
        new Response(tour.stderr).text(),
      ]);
      expect(complained.trim()).toBe("");
      expect(await tour.exited).toBe(0);
      expect(told).not.toContain('"code":');
      expect(told).toContain("HTTP/1.1 206 Partial Content");
      expect(told).toContain('"pageCount":2');
      expect(told).toContain('"estimatedCost":');
      expect(told).toMatch(/\/api\/v3\/jobs\/[\w-]+\/video/);
      const made = told.trimEnd().split("\n").at(-1) ?? "";
      const video = await Bun.file(join(made, "ad.mp4")).bytes();
      expect(Buffer.from(video.subarray(4, 8)).toString("latin1")).toBe("ftyp");
      const sheet = await Bun.file(join(made, "storyboard.png")).bytes();
      expect(Buffer.from(sheet.subarray(1, 4)).toString("latin1")).toBe("PNG");
      expect(readdirSync(begin)).toEqual([]);
    });
  }

  test("every import is used afterwards", () => {
    const names = [...blocks.join("\n").matchAll(/^([A-Z]+)=\$\(curl -s \$API\/assets\/from-url/gm)].map(
      ([, name]) => name,
    );
    const uses = names.map((name) => [name, blocks.join("\n").split(`$${name}`).length - 1]);
    expect(uses).toEqual(names.map((name) => [name, expect.any(Number)]));
    expect(uses.filter(([, count]) => count === 0)).toEqual([]);
    expect(names.length).toBe(4);
  });
});

test("the tour for PowerShell: makes the requests of the README's tour", async () => {
  const tour = await Bun.file(join(ROOT, "docs/tour.ps1")).text();
  const paths = (text: string, prefix: RegExp) =>
    [...text.matchAll(prefix)].map(([, path = ""]) => path.replace(/\$\{?[A-Z]+\}?/g, "ID"));
  const ofShell = paths(blocks.join("\n"), /\$API(\/[^\s"]+)/g);
  const ofPowerShell = paths(tour, /(?:["']|\$API)(\/[a-z][^\s"']*)["']/g);
  expect([...new Set(ofShell)].filter((path) => !path.endsWith("/events") && !ofPowerShell.includes(path))).toEqual([]);
});

test("no command of the README has a comment, which an interactive zsh does not know", () => {
  const shell = [...readme.matchAll(/```sh[^\n]*\n(.*?)```/gs)].map(([, block = ""]) => block);
  expect(shell.flatMap((block) => block.split("\n")).filter((line) => /(^|\s)#/.test(line))).toEqual([]);
});

test("the README's links and short forms exist", async () => {
  const { scripts } = await Bun.file(join(ROOT, "package.json")).json();
  const named = new Set([...readme.matchAll(/bun run ([a-z-]+)/g)].map(([, name = ""]) => name));
  expect([...named].filter((name) => !(name in scripts))).toEqual([]);
});
