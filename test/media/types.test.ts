import { describe, expect, test } from "bun:test";
import { isMediaFormat, isMediaKind, MEDIA_FORMATS, MEDIA_TYPES, mediaTypeOf } from "../../src/media/mod.ts";

describe("the table of media types", () => {
  test("holds the 22 formats of the contract", () => {
    expect([...MEDIA_FORMATS].join(" ")).toBe(
      "jpeg png webp gif svg mp4 webm mov avi mkv mp3 wav ogg aac m4a pdf doc docx txt ttf otf woff2",
    );
  });

  test("gives each format a content type and an extension of its own", () => {
    const types = Object.values(MEDIA_TYPES);
    expect(new Set(types.map((type) => type.contentType)).size).toBe(types.length);
    expect(new Set(types.map((type) => type.extension)).size).toBe(types.length);
  });

  test("finds a row by its content type, and nothing for a type that is not ours", () => {
    expect(mediaTypeOf("video/quicktime")).toEqual(MEDIA_TYPES.mov);
    expect(mediaTypeOf("text/html")).toBeNull();
  });

  test("takes no inherited name for a format or a kind", () => {
    expect(isMediaFormat("toString")).toBe(false);
    expect(isMediaFormat("__proto__")).toBe(false);
    expect(isMediaKind("constructor")).toBe(false);
    expect(isMediaKind("video")).toBe(true);
  });

  test("offers Office documents as a download", () => {
    expect(MEDIA_TYPES.doc.inline).toBe(false);
    expect(MEDIA_TYPES.docx.inline).toBe(false);
  });
});
