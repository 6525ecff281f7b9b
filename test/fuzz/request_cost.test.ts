import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { sample } from "openapi-sampler";
import { isObject } from "../../src/http/openapi/json.ts";
import { MAX_STALL_MS } from "../support/cpu.ts";
import { HOSTILE_TEXTS } from "../support/hostile_texts.ts";
import { spawnServer } from "../support/server_process.ts";
import { temporaryDirectory } from "../support/test_server.ts";
import { operationsOf } from "./operations.ts";

/** A little less than the largest body. */
const LENGTH = 2 ** 20 - 2 ** 15;
/** As UTF-8 with JSON's escapes each of them stays within a body. */
const NAMES = [
  "letters and a control character",
  "blanks",
  "one word again and again",
  "quoted words",
  "combining marks",
];

test("any field of any body: holds the event loop for no longer than others may wait, whatever is in it", async () => {
  const dataDir = await temporaryDirectory();
  try {
    await using server = await spawnServer({ DATA_DIR: dataDir, LOG_LEVEL: "info" });
    const document: unknown = await (await fetch(`${server.url}/docs/json`)).json();
    if (!isObject(document)) throw new Error("the document is no object");
    const slow: string[] = [];
    let sent = 0;
    for (const { method, template, name, bodies } of operationsOf(document)) {
      const schema = bodies?.get("application/json");
      if (!isObject(schema)) continue;
      const whole: unknown = sample(schema, {}, document);
      if (!isObject(whole)) continue;
      for (const [field, value] of hostileValues(whole)) {
        const before = cpuOfMainThread(server.pid);
        const response = await fetch(`${server.url}${template.replaceAll(/\{\w+\}/g, "1")}`, {
          method,
          headers: { "content-type": "application/json", prefer: "respond-async" },
          body: JSON.stringify({ ...whole, [field]: value }),
        });
        await response.arrayBuffer();
        const milliseconds = cpuOfMainThread(server.pid) - before;
        if (milliseconds > MAX_STALL_MS) slow.push(`${name}: ${field} took ${milliseconds} ms (${response.status})`);
        sent++;
      }
    }
    expect(sent).toBeGreaterThan(100);
    expect(slow).toEqual([]);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}, 240_000);

/** Every field of a body with the ugliest values. */
function hostileValues(whole: Record<string, unknown>): [field: string, value: unknown][] {
  const texts = NAMES.map((name) => HOSTILE_TEXTS[name]?.(LENGTH / 2) ?? "");
  const wide = Array.from({ length: 19_000 }, (_, index) => index);
  return Object.keys(whole).flatMap((field) =>
    [...texts, wide, nested(60)].map((value): [string, unknown] => [field, value]),
  );
}

function nested(depth: number): unknown {
  let value: unknown = "x".repeat(LENGTH / 2);
  for (let at = 0; at < depth; at++) value = [{ a: value }].slice(0, 1)[at % 2] ?? [value];
  return value;
}

/** The CPU time of a process's main thread, in milliseconds: that of a whole request is more than any stall in it. */
function cpuOfMainThread(pid: number): number {
  const [nanoseconds = "0"] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ");
  return Number(nanoseconds) / 1e6;
}
