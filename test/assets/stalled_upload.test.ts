import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { readUnified } from "../../src/assets/unified.ts";
import { receiveForm } from "../../src/assets/upload.ts";
import { createUploadsUnderWay } from "../../src/assets/uploads_under_way.ts";
import { openFsBlobStore } from "../../src/blobs/mod.ts";
import { NEVER } from "../../src/core/identity.ts";
import { readMultipart } from "../../src/http/request/multipart.ts";
import { readJson } from "../../src/http/request/read_json.ts";
import { NO_QUOTAS } from "../support/quotas.ts";
import { filesIn, temporaryDirectory } from "../support/test_server.ts";

const ANN = { owner: "ann", actor: "ann", requestId: "r" };
const AS_ANN = { identity: ANN, uploads: createUploadsUnderWay(NO_QUOTAS), accessEnds: NEVER };
const PACE = { idleMs: 1000, graceMs: 30_000, leastBytesPerSecond: 1024 };
const START = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc';

/** A form whose sender takes `pauseMs` before each of the given parts, and after them says nothing any more. */
function slowForm(parts: readonly string[], { pauseMs, ends }: { pauseMs: number; ends: boolean }): Request {
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      for (const part of parts) {
        await Bun.sleep(pauseMs);
        controller.enqueue(new TextEncoder().encode(part));
      }
      if (ends) controller.close();
    },
  });
  return new Request("http://localhost/", {
    method: "POST",
    body,
    headers: { "content-type": "multipart/form-data; boundary=b" },
  });
}

test("an upload whose sender falls silent is given up, and nothing of it is left", async () => {
  const dataDir = await temporaryDirectory();
  await using blobs = await openFsBlobStore(dataDir, { useOf: () => "unnamed" });
  const options = { blobs, maxBytes: 1000, ...AS_ANN };
  for (const parts of [[], ["--b\r\n"], [START]]) {
    const request = slowForm(parts, { pauseMs: 1, ends: false });
    const receiving = receiveForm(request, { ...options, pace: { ...PACE, idleMs: 200 } }, readMultipart);
    await expect(receiving).rejects.toMatchObject({
      code: "request_timeout",
      message: "Cannot read the form: nothing came for 0.2 seconds",
    });
  }
  expect(filesIn(dataDir)).toEqual([]);
  await rm(dataDir, { recursive: true, force: true });
});

test("an upload that is slow but never silent is received", async () => {
  const dataDir = await temporaryDirectory();
  await using blobs = await openFsBlobStore(dataDir, { useOf: () => "unnamed" });
  const parts = [START, ...Array<string>(20).fill("x"), "\r\n--b--\r\n"];
  const options = { blobs, maxBytes: 1000, ...AS_ANN };
  const request = slowForm(parts, { pauseMs: 80, ends: true });
  const { file } = await receiveForm(request, { ...options, pace: { ...PACE, idleMs: 1000 } }, readMultipart);
  using upload = file;
  expect(upload.staged.sizeBytes).toBe(23);
  await rm(dataDir, { recursive: true, force: true });
});

test("an upload that is never silent but comes too slowly is given up, and nothing of it is left", async () => {
  const dataDir = await temporaryDirectory();
  await using blobs = await openFsBlobStore(dataDir, { useOf: () => "unnamed" });
  const pace = { idleMs: 10_000, graceMs: 200, leastBytesPerSecond: 1024 };
  const options = { blobs, maxBytes: 1000, ...AS_ANN, pace };
  const request = slowForm([START, ...Array<string>(1000).fill("x")], { pauseMs: 20, ends: false });
  await expect(receiveForm(request, options, readMultipart)).rejects.toMatchObject({
    code: "request_timeout",
    message: "Cannot read the form: it comes at less than 1024 bytes a second",
  });
  expect(filesIn(dataDir)).toEqual([]);
  await rm(dataDir, { recursive: true, force: true });
});

test.each([
  ["JSON", "application/json", readJson],
  ["JSON of the old endpoint", "application/json", readUnified],
  ["a URL-encoded form", "application/x-www-form-urlencoded", readUnified],
] as const)("a body that comes too slowly is given up: %s", async (_, type, read) => {
  const { body } = slowForm(Array<string>(1000).fill(" "), { pauseMs: 20, ends: false });
  const request = new Request("http://localhost/", { method: "POST", body, headers: { "content-type": type } });
  const pace = { idleMs: 10_000, graceMs: 200, leastBytesPerSecond: 1024 };
  const dataDir = await temporaryDirectory();
  await using blobs = await openFsBlobStore(dataDir, { useOf: () => "unnamed" });
  const reading = read(request, { blobs, maxBytes: 1000, ...AS_ANN, pace });
  await expect(reading).rejects.toMatchObject({ code: "request_timeout" });
  await rm(dataDir, { recursive: true, force: true });
});
