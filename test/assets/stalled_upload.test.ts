import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { receiver } from "../../src/assets/upload.ts";
import { createUploadsUnderWay } from "../../src/assets/uploads_under_way.ts";
import { openFsBlobStore } from "../../src/blobs/mod.ts";
import { NEVER } from "../../src/core/identity.ts";
import { readMultipart } from "../../src/http/request/multipart.ts";
import { NO_QUOTAS } from "../support/quotas.ts";
import { filesIn, temporaryDirectory } from "../support/test_server.ts";

const ANN = { owner: "ann", actor: "ann", requestId: "r" };
const AS_ANN = { identity: ANN, uploads: createUploadsUnderWay(NO_QUOTAS), accessEnds: NEVER };
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
  await using blobs = await openFsBlobStore(dataDir);
  const options = { blobs, useOf: () => "unnamed" as const, maxBytes: 1000, ...AS_ANN };
  for (const parts of [[], ["--b\r\n"], [START]]) {
    const request = slowForm(parts, { pauseMs: 1, ends: false });
    const receiving = readMultipart(request, { ...receiver(request, options), idleMs: 200 });
    await expect(receiving).rejects.toMatchObject({
      code: "bad_request",
      message: "Cannot read the form: nothing came for 0.2 seconds",
    });
  }
  expect(filesIn(dataDir)).toEqual([]);
  await rm(dataDir, { recursive: true, force: true });
});

test("an upload that is slow but never silent is received", async () => {
  const dataDir = await temporaryDirectory();
  await using blobs = await openFsBlobStore(dataDir);
  const parts = [START, ...Array<string>(20).fill("x"), "\r\n--b--\r\n"];
  const options = { blobs, useOf: () => "unnamed" as const, maxBytes: 1000, ...AS_ANN };
  const request = slowForm(parts, { pauseMs: 80, ends: true });
  const { file } = await readMultipart(request, { ...receiver(request, options), idleMs: 1_000 });
  using upload = file;
  expect(upload.staged.sizeBytes).toBe(23);
  await rm(dataDir, { recursive: true, force: true });
});
