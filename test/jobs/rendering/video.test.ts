import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newClient, readClient } from "../../support/clients.ts";
import { startServerAndOrigin } from "../../support/imports.ts";
import { act, type JobAnswer, jobBody, readJob, readyJob } from "../../support/jobs.ts";
import type { Api, TestServer } from "../../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let server: TestServer;
let api: Api;
let ready: JobAnswer;
let done: JobAnswer;

beforeAll(async () => {
  both = await startServerAndOrigin();
  ({ server } = both);
  ({ api } = server);
  const clientId = await newClient(api);
  const adBasics = { product: 'Aurora "Ünïcode" 🏮' };
  const assets = [{ url: `${both.origin.url}/photo.png` }];
  ready = await readyJob(api, {
    clientId,
    adBasics,
    assets,
    creative: { videoSpecs: { duration: 3, resolution: "480p" } },
    // A voice has no time for three scripts in three seconds.
    body: { generateAudio: false },
  });
  await storyboardIsThere();
  done = readJob(await act(api, ready, { action: "approve", headers: { prefer: "wait=60" } }));
});
afterAll(async () => await both[Symbol.asyncDispose]());

const get = (what: string, headers: Record<string, string> = {}, method = "GET") =>
  server.get(`/api/v3/jobs/${done.id}/${what}`, { headers, method });

/** Before the approval: there is a storyboard to look at, and no video. */
async function storyboardIsThere(): Promise<void> {
  for (const what of ["video", "thumbnail"]) {
    const { status, meta } = await api("GET", `/jobs/${ready.id}/${what}`);
    expect({ what, status, code: meta.code }).toEqual({ what, status: 404, code: "not_found" });
  }
  const sheet = await server.get(`/api/v3/jobs/${ready.id}/storyboard.png`);
  expect([sheet.status, sheet.headers.get("content-type")]).toEqual([200, "image/png"]);
}

describe("an approved job", () => {
  test("ends with a video of exactly its length, its costs and its thumbnail", () => {
    expect(done).toMatchObject({
      status: "completed",
      allowedActions: [],
      progress: { currentStep: "completed", percentage: 100, estimatedCompletion: null },
      videoUrl: `/api/v3/jobs/${ready.id}/video`,
      thumbnailUrl: `/api/v3/jobs/${ready.id}/thumbnail`,
      warnings: [],
      error: null,
    });
    expect(done.actualCost).toBe(0.0025);
    expect(done.actualCost).toBe(done.estimatedCost);
    expect(server.eventTypes().filter((type) => type === "JobCompleted")).toHaveLength(1);
  });

  test("shows in the numbers of its client", async () => {
    const { data } = await api("GET", `/clients/${done.clientId}/stats`);
    expect(data).toMatchObject({ jobs: { total: 1, byStatus: { completed: 1 } }, videos: 1, cost: 0.0025 });
  });

  test.each(["approve", "retry", "cancel", "regenerate_all_scenes"])("refuses to %s", async (action) => {
    const answer = await act(api, done, { action });
    expect(answer).toMatchObject({
      status: 409,
      meta: { code: "wrong_state", details: { status: "completed", allowedActions: [] } },
    });
  });

  test("has its scenes locked", async () => {
    expect((await api("PUT", `/jobs/${done.id}/scenes/1`, { script: "x" })).meta.code).toBe("wrong_state");
    expect((await api("DELETE", `/jobs/${done.id}/scenes/1`)).meta.code).toBe("wrong_state");
  });
});

describe("GET of the video", () => {
  test("sends an MP4 that begins with what a player needs first", async () => {
    const response = await get("video");
    const bytes = await response.bytes();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("video/mp4");
    expect(response.headers.get("content-length")).toBe(String(bytes.byteLength));
    expect(response.headers.get("accept-ranges")).toBe("bytes");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-disposition")).toStartWith("inline");
    expect(response.headers.get("content-disposition")).toContain("filename*=UTF-8''");
    const text = new TextDecoder("latin1").decode(bytes);
    expect(text.slice(4, 8)).toBe("ftyp");
    expect(text.indexOf("moov")).toBeLessThan(text.indexOf("mdat"));
  });

  test("answers ranges, preconditions and HEAD", async () => {
    const whole = await (await get("video")).bytes();
    const part = await get("video", { range: "bytes=10-19" });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 10-19/${whole.byteLength}`);
    expect(await part.bytes()).toEqual(whole.slice(10, 20));
    const etag = part.headers.get("etag") ?? "";
    expect((await get("video", { "if-none-match": etag })).status).toBe(304);
    expect((await get("video", { "if-match": '"other"' })).status).toBe(412);
    expect((await get("video", { range: `bytes=${whole.byteLength}-` })).status).toBe(416);
    const head = await get("video", {}, "HEAD");
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(whole.byteLength)]);
    const saved = await get("video?download=1");
    expect(saved.headers.get("content-disposition")).toStartWith("attachment");
  });

  test("has a thumbnail beside it", async () => {
    const thumbnail = await get("thumbnail");
    expect([thumbnail.status, thumbnail.headers.get("content-type")]).toEqual([200, "image/webp"]);
    expect((await thumbnail.bytes()).byteLength).toBeGreaterThan(100);
    expect((await get("thumbnail", {}, "HEAD")).status).toBe(200);
  });
});

describe("GET of the storyboard as a picture", () => {
  test("answers 304 to who has it, and another picture after an edit", async () => {
    const job = await readyJob(api);
    const path = `/api/v3/jobs/${job.id}/storyboard.png`;
    const first = await server.get(path);
    const etag = first.headers.get("etag") ?? "";
    const png = await first.bytes();
    expect([...png.slice(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(first.headers.get("x-content-type-options")).toBe("nosniff");
    expect(first.headers.get("content-disposition")).toContain('filename="Aurora, a solar lantern storyboard.png"');
    const head = await server.get(path, { method: "HEAD" });
    expect([head.status, head.headers.get("etag"), (await head.bytes()).byteLength]).toEqual([200, etag, 0]);
    const cached = await server.get(path, { headers: { "if-none-match": etag } });
    expect([cached.status, (await cached.bytes()).byteLength]).toEqual([304, 0]);
    await api("PUT", `/jobs/${job.id}/scenes/1`, { script: "Something else entirely" });
    const second = await server.get(path, { headers: { "if-none-match": etag } });
    expect(second.status).toBe(200);
    expect(await second.bytes()).not.toEqual(png);
  });

  test("may be shown by a page of any origin, as the other pictures may", async () => {
    const path = `/api/v3/jobs/${(await readyJob(api)).id}/storyboard.png`;
    const shown = await server.get(path);
    const cached = await server.get(path, { headers: { "if-none-match": shown.headers.get("etag") ?? "" } });
    expect([shown.status, cached.status]).toEqual([200, 304]);
    for (const { headers } of [shown, cached]) {
      expect(headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    }
  });

  test("shows the colours of the client's brand", async () => {
    const pictureFor = async (brandGuidelines: object | undefined) => {
      const client = readClient(
        await api("POST", "/clients", { name: "Brand", ...(brandGuidelines && { brandGuidelines }) }),
      );
      const { id } = await readyJob(api, { clientId: client.id });
      return await (await server.get(`/api/v3/jobs/${id}/storyboard.png`)).bytes();
    };
    const plain = await pictureFor(undefined);
    expect(await pictureFor(undefined)).toEqual(plain);
    expect(await pictureFor({ colors: ["#ff0055", "#00ffaa"] })).not.toEqual(plain);
  });

  test("is not there before the scenes are", async () => {
    const clientId = await newClient(api);
    const assets = [{ url: `${both.origin.url}/held/sheet/photo.png` }];
    const job = readJob(await api("POST", "/jobs", jobBody({ clientId, assets })));
    expect((await api("GET", `/jobs/${job.id}/storyboard.png`)).status).toBe(404);
    await act(api, job, { action: "cancel" });
    both.origin.release("sheet");
  });
});

test("a video whose bytes are no picture any more is rendered with a warning", async () => {
  const job = await readyJob(api, {
    assets: [{ url: `${both.origin.url}/odd_codec.mp4`, type: "video" }],
    creative: { videoSpecs: { duration: 3, resolution: "480p" } },
  });
  const answer = readJob(await act(api, job, { action: "approve", headers: { prefer: "wait=60" } }));
  expect(answer.status).toBe("completed");
  expect(answer.warnings.length).toBeGreaterThan(0);
  expect(answer.warnings[0]?.message.length).toBeGreaterThan(10);
});
