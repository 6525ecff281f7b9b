import { afterAll, describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import sharp from "sharp";
import { createMediaService } from "../../src/media/mod.ts";
import { flatPng } from "./bombs.ts";
import { fixture, workshop } from "./fixtures.ts";

const media = createMediaService();
afterAll(() => media.close());

describe("a media service", () => {
  test("says what a file is", async () => {
    expect(await media.inspect(fixture("h264.mov"))).toEqual({
      kind: "video",
      format: "mov",
      contentType: "video/quicktime",
      width: 96,
      height: 64,
      duration: 1.2,
      pageCount: null,
    });
  });

  test("passes the sentence of a refusal on", async () => {
    await expect(media.inspect(fixture("photo.avif"))).rejects.toMatchObject({
      code: "unsupported_media_type",
      message: "Cannot use the file: it is AVIF (image/avif), which is not a supported format",
    });
  });

  test("names no path and no inner text where there is no file", async () => {
    await expect(media.inspect("/no/such/file")).rejects.toMatchObject({
      code: "media_unreadable",
      message: "Cannot read the file: its decoder failed",
    });
  });

  test("takes relative paths as the caller means them", async () => {
    const relative = fixture("brief.txt").replace(`${process.cwd()}/`, "");
    expect(relative).toStartWith("test/");
    expect(await media.inspect(relative)).toMatchObject({ format: "txt" });
  });

  test("answers many calls at once, in their own order", async () => {
    const names = ["photo.jpg", "tone.wav", "pages.pdf", "brief.docx", "vp9.webm", "mjpeg.avi", "logo.svg", "tone.m4a"];
    const facts = await Promise.all(names.map((name) => media.inspect(fixture(name))));
    expect(facts.map((fact) => fact.format).join(" ")).toBe("jpeg wav pdf docx webm avi svg m4a");
  });

  test("writes a thumbnail", async () => {
    await using shop = await workshop();
    expect(await media.thumbnail(fixture("h264_aac.mp4"), shop.at("out"))).toEqual({ width: 96, height: 64 });
    expect(await sharp(shop.at("out")).metadata()).toMatchObject({ format: "webp", width: 96, height: 64 });
  });

  test("has a decoder for each of our pictures, although all others are shut off", async () => {
    await using shop = await workshop();
    for (const name of ["photo.jpg", "photo.png", "photo.webp", "animated.gif", "animated.webp", "logo.svg"]) {
      expect((await media.inspect(fixture(name))).kind, name).toBe("image");
      expect(await media.thumbnail(fixture(name), shop.at("out")), name).not.toBeNull();
    }
  });

  test("refuses a pixel flood by its header", async () => {
    await using shop = await workshop();
    const path = await shop.file("flood.png", await flatPng(30_000, 30_000));
    await expect(media.inspect(path)).rejects.toMatchObject({
      code: "media_unreadable",
      message: "Cannot read the PNG image: it has 30000 × 30000 pixels, more than the 268402689 that are decoded",
    });
  });

  test("answers null and leaves no file where there can be no thumbnail", async () => {
    await using shop = await workshop();
    const names = ["mjpeg.avi", "tone.mp3", "tone_with_cover.mp3", "pages.pdf", "brief.txt", "photo.avif", "nothing"];
    for (const name of names) expect(await media.thumbnail(fixture(name), shop.at("out")), name).toBeNull();
    expect(await readdir(shop.folder)).toEqual([]);
  });

  test("answers null for a thumbnail that takes too long, and leaves no file", async () => {
    await using shop = await workshop();
    await using hasty = hastyService();
    const path = await shop.file("slow.svg", slowDrawing());
    expect(await hasty.thumbnail(path, shop.at("out"))).toBeNull();
    expect(await readdir(shop.folder)).toEqual(["slow.svg"]);
  });

  test("refuses a drawing that takes too long, before a job can meet it", async () => {
    await using shop = await workshop();
    await using hasty = hastyService();
    const path = await shop.file("slow.svg", slowDrawing());
    await expect(hasty.inspect(path)).rejects.toMatchObject({ code: "media_unreadable" });
  });

  test("outlives a file that keeps its parser busy", async () => {
    await using shop = await workshop();
    await using hasty = hastyService();
    const [busy, fine] = await Promise.allSettled([
      hasty.inspect(await shop.file("slow.svg", slowDrawing())),
      hasty.inspect(fixture("photo.png")),
    ]);
    expect(busy).toMatchObject({ status: "rejected", reason: { code: "media_unreadable" } });
    expect(fine).toMatchObject({ status: "fulfilled", value: { format: "png" } });
  });

  test("gives up a thumbnail that nobody waits for", async () => {
    await using shop = await workshop();
    const path = await shop.file("slow.svg", slowDrawing());
    const signal = AbortSignal.timeout(100);
    await expect(media.thumbnail(path, shop.at("out"), { signal })).rejects.toMatchObject({ name: "TimeoutError" });
    expect(await readdir(shop.folder)).toEqual(["slow.svg"]);
  });
});

function hastyService() {
  const service = createMediaService({ cpuLimitMs: 1000 });
  return { ...service, [Symbol.asyncDispose]: () => service.close() };
}

/** A few bytes that keep a renderer busy for a very long time: noise, blurred, drawn again and again. */
function slowDrawing(): string {
  const filter =
    `<filter id="f" x="0" y="0" width="1" height="1"><feTurbulence baseFrequency="0.5" numOctaves="9"/>` +
    `<feMorphology operator="dilate" radius="50"/><feGaussianBlur stdDeviation="400"/></filter>`;
  const rects = `<rect width="4000" height="4000" filter="url(#f)"/>`.repeat(400);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="4000">${filter}${rects}</svg>`;
}
