import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { readableLine } from "../../src/readable_line.ts";
import { newKey } from "../support/keys.ts";
import { serverOnTerminal } from "../support/terminal.ts";
import { temporaryDirectory } from "../support/test_server.ts";

test("a server on a terminal: shows its URLs, mode and grants, and readable lines until Ctrl+C", async () => {
  const dataDir = await temporaryDirectory();
  const env = { DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: "*,127.0.0.1:8001" };
  const { status, lines } = await serverOnTerminal(env, "Ctrl+C");
  const text = lines.join("\n");
  expect(status).toBe(0);
  expect(text).toMatch(/^ {2}Reelog \d+\.\d+\.\d+$/m);
  expect(text).toMatch(/^ {2}API {6}http:\/\/127\.0\.0\.1:\d+\/api\/v3$/m);
  expect(text).toMatch(/^ {2}Docs {5}http:\/\/127\.0\.0\.1:\d+\/docs$/m);
  expect(text).toContain("open, from this machine only");
  expect(text).toContain("from every public host,127.0.0.1:8001");
  expect(text).toContain(dataDir);
  expect(text).toMatch(/^\d\d:\d\d:\d\d INFO {2}stopped$/m);
  expect(text).not.toContain("{");
  await rm(dataDir, { recursive: true, force: true });
});

test("a server with keys on a terminal: shows PUBLIC_URL and that a key is needed", async () => {
  const dataDir = await temporaryDirectory();
  await newKey(dataDir, "ann");
  const { lines } = await serverOnTerminal({ DATA_DIR: dataDir, PUBLIC_URL: "https://ads.example/reelog" }, "Ctrl+C");
  expect(lines).toContain("  API      https://ads.example/reelog/api/v3");
  expect(lines).toContain("  Access   with an API key");
  await rm(dataDir, { recursive: true, force: true });
});

test("a readable log line: shows the stack of an error, and no character that moves the cursor", () => {
  const err = {
    type: "Error",
    message: "no \u001b[2J room\u202e",
    stack: "Error: no room\n    at write (disk.ts:1:2)",
  };
  const json = JSON.stringify({
    level: "error",
    time: new Date().toISOString(),
    err,
    path: "/a\u0007 b",
    msg: "failed",
  });
  const text = readableLine(json, { isColoured: false });
  expect(text).toMatch(/^\d\d:\d\d:\d\d ERROR failed {2}no ·\[2J room· {2}path="\/a\\u0007 b"\n {4}at write/);
  expect(readableLine(json, { isColoured: true })).toContain("\u001b[31mERROR\u001b[0m");
});
