import { describe, expect, test } from "bun:test";
import { checkedFacts } from "../../src/media/facts.ts";
import { inspectFile } from "../../src/media/inspect.ts";
import { MEDIA_TYPES, type MediaFormat } from "../../src/media/mod.ts";
import { makeThumbnail } from "../../src/media/thumbnail.ts";
import { fixture, workshop } from "./fixtures.ts";

type Expected = [
  name: string,
  format: MediaFormat,
  facts: { width?: number; height?: number; duration?: number; pageCount?: number },
];

const PICTURE = { width: 96, height: 64 };

const FILES: Expected[] = [
  ["photo.jpg", "jpeg", PICTURE],
  ["rotated.jpg", "jpeg", { width: 64, height: 96 }],
  ["photo.png", "png", PICTURE],
  ["photo.webp", "webp", PICTURE],
  ["animated.webp", "webp", { ...PICTURE, duration: 1.2 }],
  ["animated.gif", "gif", { ...PICTURE, duration: 1.2 }],
  ["animated.png", "png", { ...PICTURE, duration: 1.2 }],
  ["logo.svg", "svg", { width: 120, height: 80 }],
  ["h264_aac.mp4", "mp4", { ...PICTURE, duration: 1.2 }],
  ["rotated.mp4", "mp4", { width: 64, height: 96, duration: 1.2 }],
  ["wide_pixels.mp4", "mp4", { width: 192, height: 64, duration: 1 }],
  ["odd_codec.mp4", "mp4", { ...PICTURE, duration: 1 }],
  ["ten_bit.mp4", "mp4", { ...PICTURE, duration: 1 }],
  ["alpha.webm", "webm", { ...PICTURE, duration: 1 }],
  ["h264.mov", "mov", { ...PICTURE, duration: 1.2 }],
  ["vp8.webm", "webm", { ...PICTURE, duration: 1.212 }],
  ["vp9.webm", "webm", { ...PICTURE, duration: 1.2 }],
  ["h264.mkv", "mkv", { ...PICTURE, duration: 1.207 }],
  ["mjpeg.avi", "avi", { ...PICTURE, duration: 1.2 }],
  ["mpeg4.avi", "avi", { ...PICTURE, duration: 1.2 }],
  ["tone.mp3", "mp3", { duration: 1.254 }],
  ["tone_with_cover.mp3", "mp3", { duration: 1.254 }],
  ["tone.wav", "wav", { duration: 1.2 }],
  ["vorbis.ogg", "ogg", { duration: 1.2 }],
  ["opus.ogg", "ogg", { duration: 1.2 }],
  ["flac.ogg", "ogg", { duration: 1.2 }],
  ["tone.aac", "aac", { duration: 1.254 }],
  ["tone.m4a", "m4a", { duration: 1.2 }],
  ["audio_only.mp4", "m4a", { duration: 1.2 }],
  ["pages.pdf", "pdf", { pageCount: 3 }],
  ["restricted.pdf", "pdf", { pageCount: 3 }],
  ["encrypted.pdf", "pdf", {}],
  ["brief.doc", "doc", {}],
  ["brief.docx", "docx", {}],
  ["brief.txt", "txt", {}],
];

describe("a file is what its content says", () => {
  test.each(FILES)("%s is %s", async (name, format, known) => {
    const { kind, contentType } = MEDIA_TYPES[format];
    const unknown = { width: null, height: null, duration: null, pageCount: null };
    expect(await inspectFile(fixture(name))).toEqual({ kind, format, contentType, ...unknown, ...known });
  });

  test.each<[string, MediaFormat, string]>([
    ["audio_only.webm", "webm", "audio/webm"],
    ["audio_only.mkv", "mkv", "audio/x-matroska"],
  ])("%s is a sound, though its format is one of films", async (name, format, contentType) => {
    const facts = await inspectFile(fixture(name));
    expect(facts).toMatchObject({ kind: "audio", format, contentType, width: null, height: null });
    expect(Math.abs((facts.duration ?? 0) - 1.2)).toBeLessThan(0.05);
    expect(checkedFacts(facts)).toEqual(facts);
    await using shop = await workshop();
    expect(await makeThumbnail(fixture(name), shop.at("out"))).toBeNull();
  });

  test("whatever its name says", async () => {
    await using shop = await workshop();
    const path = await shop.file("photo.mp4", await Bun.file(fixture("photo.png")).bytes());
    expect((await inspectFile(path)).format).toBe("png");
  });

  test("also with rubbish after its end", async () => {
    await using shop = await workshop();
    const rubbish = crypto.getRandomValues(new Uint8Array(1000));
    const names = ["photo.jpg", "photo.png", "animated.gif", "h264_aac.mp4", "vp8.webm", "mjpeg.avi", "tone.wav"];
    for (const name of [...names, "tone.mp3", "tone.m4a", "pages.pdf"]) {
      const path = await shop.file(name, await Bun.file(fixture(name)).bytes(), rubbish);
      expect((await inspectFile(path)).format, name).toBe((await inspectFile(fixture(name))).format);
    }
  });
});

describe("a file that is not whole is unreadable", () => {
  test.each([
    "photo.jpg",
    "photo.png",
    "photo.webp",
    "animated.gif",
    "animated.webp",
    "animated.png",
    "logo.svg",
    "rotated.jpg",
  ])("%s", refusesCut);
  test.each(["h264_aac.mp4", "h264.mov", "vp8.webm", "vp9.webm", "h264.mkv", "mjpeg.avi", "mpeg4.avi"])(
    "%s",
    refusesCut,
  );
  test.each(["tone.wav", "tone.m4a", "vorbis.ogg", "opus.ogg", "flac.ogg", "tone.mp3"])("%s", refusesCut);
  test.each(["pages.pdf", "encrypted.pdf", "brief.docx", "brief.doc"])("%s", refusesCut);

  async function refusesCut(name: string): Promise<void> {
    await using shop = await workshop();
    for (const part of [0.6, 0.95]) {
      const path = await shop.cut(name, part);
      expect(await refusal(path), `${part} of ${name}`).toMatchObject({ code: "media_unreadable" });
    }
  }

  test("an empty file", async () => {
    await using shop = await workshop();
    expect(await refusal(await shop.file("empty.png", ""))).toMatchObject({
      code: "media_unreadable",
      message: "Cannot read the file: it is empty",
    });
  });

  test("a file that is only the first bytes of a format", async () => {
    await using shop = await workshop();
    for (const name of ["photo.jpg", "photo.png", "photo.webp", "animated.gif", "h264.mov", "vp8.webm", "tone.m4a"]) {
      const path = await shop.file(name, (await Bun.file(fixture(name)).bytes()).slice(0, 40));
      expect(await refusal(path), name).toMatchObject({ name: "AppError" });
    }
  });
});

/** Returns the error of the inspection of a file. */
async function refusal(path: string): Promise<unknown> {
  return inspectFile(path).then(
    (facts) => facts,
    (error) => error,
  );
}
