import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readAsset } from "../support/answer.ts";
import { fixture, type MediaOrigin, startOrigin } from "../support/origin.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

let origin: MediaOrigin;
let server: TestServer;
beforeAll(async () => {
  origin = await startOrigin();
  server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
});

const picture = { width: 96, height: 64, pageCount: null };
const sound = { width: null, height: null, pageCount: null, thumbnailUrl: null };
const text = { width: null, height: null, duration: null, thumbnailUrl: null };

/** Every format of the contract, with what is known of a file of it. */
const FORMATS = [
  ["photo.jpg", "image", "jpeg", "image/jpeg", { ...picture, duration: null }],
  ["photo.png", "image", "png", "image/png", { ...picture, duration: null }],
  ["photo.webp", "image", "webp", "image/webp", { ...picture, duration: null }],
  ["animated.gif", "image", "gif", "image/gif", { ...picture, duration: 1.2 }],
  ["logo.svg", "image", "svg", "image/svg+xml", { duration: null, pageCount: null }],
  ["h264_aac.mp4", "video", "mp4", "video/mp4", picture],
  ["vp9.webm", "video", "webm", "video/webm", picture],
  ["h264.mov", "video", "mov", "video/quicktime", picture],
  // Its frames are of a codec that the decoder does not know: the facts are there, the thumbnail is not.
  ["mjpeg.avi", "video", "avi", "video/x-msvideo", { ...picture, thumbnailUrl: null }],
  ["h264.mkv", "video", "mkv", "video/x-matroska", picture],
  ["tone.mp3", "audio", "mp3", "audio/mpeg", sound],
  ["tone.wav", "audio", "wav", "audio/wav", { ...sound, duration: 1.2 }],
  ["vorbis.ogg", "audio", "ogg", "audio/ogg", sound],
  ["tone.aac", "audio", "aac", "audio/aac", sound],
  ["tone.m4a", "audio", "m4a", "audio/mp4", sound],
  ["pages.pdf", "document", "pdf", "application/pdf", { ...text, pageCount: 3 }],
  ["brief.doc", "document", "doc", "application/msword", text],
  ["brief.docx", "document", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", text],
  ["brand.ttf", "font", "ttf", "font/ttf", { ...text, thumbnailUrl: expect.any(String), family: "Inter", weight: 700 }],
  ["blocks.otf", "font", "otf", "font/otf", { family: "Blocks", weight: 500, pageCount: null }],
  ["brand.woff2", "font", "woff2", "font/woff2", { family: "Inter", weight: 700, pageCount: null }],
  ["brief.txt", "document", "txt", "text/plain; charset=utf-8", text],
] as const;

describe("an import by URL", () => {
  test("the table names each of the 22 formats once", () => {
    expect(new Set(FORMATS.map(([, , format]) => format)).size).toBe(22);
  });

  test.each(FORMATS)(
    "stores %s as %s (%s) and serves the same bytes",
    async (file, type, format, contentType, facts) => {
      const url = `${origin.url}/as/application/x-nonsense/${file}?signature=s3cret`;
      const answer = await server.api("POST", "/assets/from-url", { name: file, type, url });
      expect(answer.status).toBe(201);
      const asset = readAsset(answer);
      const bytes = await fixture(file);
      expect(asset).toMatchObject({
        ...facts,
        userId: "local",
        clientId: null,
        campaignId: null,
        name: file,
        type,
        format,
        contentType,
        status: "ready",
        // Its signature is nobody else's business.
        sourceUrl: url.replace("?signature=s3cret", ""),
        size: bytes.byteLength,
        sha256: new Bun.CryptoHasher("sha256").update(bytes).digest("hex"),
        tags: [],
        error: null,
        url: `/api/v3/assets/${asset.id}/data`,
      });
      const isPlayed = type === "audio" || type === "video";
      expect(isPlayed ? asset.duration : 1).toBeWithin(1, 1.5);
      expect(answer.headers.get("location")).toBe(`/api/v3/assets/${asset.id}`);

      const data = await server.get(asset.url ?? "");
      expect(data.status).toBe(200);
      expect(data.headers.get("content-type")).toBe(contentType);
      expect(await data.bytes()).toEqual(bytes);

      if (format !== "avi" && (type === "image" || type === "video")) {
        expect(asset.thumbnailUrl).toBe(`/api/v3/assets/${asset.id}/thumbnail`);
        const thumbnail = await server.get(asset.thumbnailUrl ?? "");
        expect(thumbnail.headers.get("content-type")).toBe("image/webp");
        expect(Buffer.from(await thumbnail.bytes()).toString("latin1", 8, 12)).toBe("WEBP");
      }
      expect(readAsset(await server.api("GET", `/assets/${asset.id}`))).toEqual(asset);
    },
  );
});
