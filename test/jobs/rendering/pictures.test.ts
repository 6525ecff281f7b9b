import { afterAll, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { createFileCache } from "../../../src/blobs/file_cache.ts";
import { createPictures, type Pictures } from "../../../src/jobs/mod.ts";
import { createMediaService } from "../../../src/media/mod.ts";
import { renderLimitMs, sheetLimitMs } from "../../../src/media/renderer.ts";
import { temporaryStore } from "../../blobs/stores.ts";
import { storyboard, video } from "../../media/animatic/footage.ts";
import { masksInMasks } from "../../media/bombs.ts";
import { fixture } from "../../media/fixtures.ts";
import { importAsset, startServerAndOrigin } from "../../support/imports.ts";
import { readJob, readyJob } from "../../support/jobs.ts";
import { filesIn, temporaryDirectory } from "../../support/test_server.ts";

const media = createMediaService({ cpuLimitMs: 2000 });
afterAll(() => media.close());

async function gallery(service = media) {
  const directory = await temporaryDirectory();
  const store = await temporaryStore();
  const cache = createFileCache({ directory, maxBytes: 1024 ** 3 });
  return {
    pictures: createPictures({ blobs: store.blobs, media: service, cache }),
    async put(bytes: Uint8Array): Promise<string> {
      using staged = await store.blobs.write(new Blob([new Uint8Array(bytes)]).stream(), { maxBytes: 1024 ** 3 });
      return staged.sha256;
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function refusal(pictures: Pictures, sha256: string): Promise<unknown> {
  return await pictures.hold(sha256, {}).then(
    () => null,
    (error) => error,
  );
}

test("pictures: an image is decoded once, within 2,560 px, and a drawing is as large as that", async () => {
  await using room = await gallery();
  const sizes: [file: string, width: number, height: number][] = [
    ["photo.jpg", 96, 64],
    ["rotated.jpg", 64, 96],
    ["logo.svg", 2560, 1707],
  ];
  for (const [file, width, height] of sizes) {
    const sha256 = await room.put(await Bun.file(fixture(file)).bytes());
    using first = await room.pictures.hold(sha256, {});
    using second = await room.pictures.hold(sha256, {});
    if (!first || !second) throw new Error("gone");
    expect(second.path).toBe(first.path);
    expect(await sharp(first.path).metadata()).toMatchObject({ format: "png", width, height });
  }
});

test("pictures: a drawing that holds its renderer is given up at its limit, and not tried again", async () => {
  await using room = await gallery();
  const sha256 = await room.put(Buffer.from(masksInMasks()));
  const refused = await Promise.allSettled([room.pictures.hold(sha256, {}), room.pictures.hold(sha256, {})]);
  const again = await Promise.allSettled([room.pictures.hold(sha256, {})]);
  const reasons = [...refused, ...again].map((each) => (each.status === "rejected" ? each.reason : null));
  expect(reasons[0]).toMatchObject({ code: "media_unreadable" });
  // The same refusal, so nothing was drawn for the others.
  expect(new Set(reasons).size).toBe(1);
});

test("pictures: a process that does not answer in time says nothing about the drawing, which is tried again", async () => {
  const late = createMediaService({ timeLimitMs: 1000, processes: 1 });
  try {
    await using room = await gallery(late);
    const sha256 = await room.put(Buffer.from(masksInMasks()));
    const [first, second] = [await refusal(room.pictures, sha256), await refusal(room.pictures, sha256)];
    expect(first).toMatchObject({ code: "unavailable" });
    expect(second).toMatchObject({ code: "unavailable" });
    expect(second).not.toBe(first);
  } finally {
    await late.close();
  }
});

test("pictures: content that is gone is null", async () => {
  await using room = await gallery();
  expect(await room.pictures.hold("0".repeat(64), {})).toBeNull();
});

test("limits of renders and sheets: grow with length, pixels and assets, and with nothing else", () => {
  const of = (seconds: number, resolution: "480p" | "1080p", clips = 0) => {
    const assets = Array.from({ length: clips }, () => video("clip.mp4"));
    return storyboard([{ durationTenths: seconds * 10, assets }], { resolution });
  };
  expect(renderLimitMs(of(4, "480p"))).toBeLessThan(60_000);
  expect(renderLimitMs(of(180, "1080p"))).toBeGreaterThan(3_000_000);
  expect(renderLimitMs(of(8, "1080p")) - renderLimitMs(of(4, "1080p"))).toBe(
    renderLimitMs(of(12, "1080p")) - renderLimitMs(of(8, "1080p")),
  );
  expect(renderLimitMs(of(4, "480p", 1))).toBeGreaterThan(renderLimitMs(of(4, "480p")));
  expect(sheetLimitMs(of(180, "1080p", 3))).toBeLessThan(60_000);
});

test("a storyboard sheet: is drawn once for each form of the storyboard, and its pictures once", async () => {
  await using both = await startServerAndOrigin();
  const { server, origin } = both;
  const { api } = server;
  const { id: assetId } = await importAsset(api, origin, { url: `${origin.url}/logo.svg` });
  const job = await readyJob(api, { assets: [{ assetId }] });
  const kept = () => filesIn(join(server.config.dataDir, "blobs")).filter((path) => path.includes("/cache/"));
  const get = async () => await (await server.get(`/api/v3/jobs/${job.id}/storyboard.png`)).bytes();
  const [first, second] = await Promise.all([get(), get()]);
  expect(second).toEqual(first);
  const files = kept();
  expect(files).toHaveLength(2);
  expect(await get()).toEqual(first);
  expect(kept()).toEqual(files);
  const revised = await api("PUT", `/jobs/${job.id}/scenes/1`, { script: "Something else altogether" });
  expect(revised.status).toBe(200);
  expect(readJob(await api("GET", `/jobs/${job.id}`)).status).toBe("storyboard_ready");
  expect(await get()).not.toEqual(first);
  expect(kept()).toHaveLength(3);
});
