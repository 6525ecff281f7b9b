import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failedAssetId, readAsset, readAssets } from "../support/answer.ts";
import { imageBody, startServerAndOrigin } from "../support/imports.ts";
import { filesIn, until } from "../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
/** A server that gives up early: on a slow machine no other failure would come before that. */
let hasty: typeof both;
beforeAll(async () => {
  both = await startServerAndOrigin({ MAX_ASSET_DOWNLOAD_SIZE_MB: "1" });
  hasty = await startServerAndOrigin({ MAX_ASSET_DOWNLOAD_SIZE_MB: "1", ASSET_DOWNLOAD_TIMEOUT_SECONDS: "3" });
});
afterAll(async () => {
  await both[Symbol.asyncDispose]();
  await hasty[Symbol.asyncDispose]();
});

/** Path at the origin, declared type, status, code, and a word of the sentence. */
const FAILURES: [path: string, type: string, status: number, code: string, says: RegExp][] = [
  ["/nothing_here.png", "image", 502, "source_error", /status 404/],
  ["/status/500", "image", 502, "source_error", /status 500/],
  ["/status/204", "image", 502, "source_error", /status 204/],
  ["/status/401", "image", 502, "source_error", /status 401/],
  ["/truncated/h264_aac.mp4", "video", 502, "source_error", /before the file was complete/],
  ["/redirect/redirect/redirect/redirect/redirect/redirect/photo.png", "image", 502, "source_error", /redirects/],
  ["/away?to=http://10.0.0.1:22/", "image", 422, "source_not_allowed", /redirect target/],
  ["/away?to=file:///etc/passwd", "image", 422, "source_not_allowed", /redirect target/],
  ["/hang_up", "image", 502, "source_unreachable", /broke off/],
  ["/silent", "image", 504, "source_timeout", /./],
  ["/half/never/h264_aac.mp4", "video", 504, "source_timeout", /./],
  ["/endless", "image", 413, "asset_too_large", /1 MiB/],
  ["/status/200", "image", 415, "unsupported_media_type", /HTML/i],
  ["/photo.avif", "image", 415, "unsupported_media_type", /AVIF/],
  ["/tone.flac", "audio", 415, "unsupported_media_type", /FLAC/],
  ["/as/image/png/brief.txt", "image", 415, "type_mismatch", /as image: it is document \(txt\)/],
  ["/as/video/mp4/photo.png", "video", 415, "type_mismatch", /as video: it is image \(png\)/],
  ["/tone.mp3", "video", 415, "type_mismatch", /as video: it is audio \(mp3\)/],
  ["/h264_aac.mp4", "audio", 415, "type_mismatch", /as audio: it is video \(mp4\)/],
  ["/cut.png", "image", 415, "media_unreadable", /PNG/i],
  ["/empty.png", "image", 415, "media_unreadable", /empty/],
];

describe("an import that fails", () => {
  test.each(FAILURES)("%s as %s answers %i %s and stays to be read", async (path, type, status, code, says) => {
    const { origin, server } = code === "source_timeout" ? hasty : both;
    const photo = await Bun.file(`${import.meta.dir}/../fixtures/media/photo.png`).bytes();
    origin.put("/cut.png", photo.subarray(0, 600));
    origin.put("/empty.png", new Uint8Array());
    const before = server.eventTypes().length;
    const url = `${origin.url}${path}${path.includes("?") ? "&" : "?"}signature=s3cret`;
    const answer = await server.api("POST", "/assets/from-url", imageBody(origin, { type, url }));
    expect(`${answer.status} ${answer.meta.code}`).toBe(`${status} ${code}`);
    expect(answer.error).toMatch(says);
    const id = failedAssetId(answer);

    // Nothing of the inside, the source's page, its query, other hosts or the machine.
    expect(answer.text).not.toMatch(/s3cret|secret page|10\.0\.0\.1|ECONN|HPE_|at \/|node:|\/tmp|stack|sqlite/i);

    const asset = readAsset(await server.api("GET", `/assets/${id}`));
    expect(asset).toMatchObject({ id, status: "failed", url: null, thumbnailUrl: null, sha256: null, size: null });
    expect(`${asset.error?.code}: ${asset.error?.message}`).toBe(`${code}: ${answer.error}`);
    const failed = readAssets(await server.api("GET", "/assets?status=failed"));
    expect(failed.map((one) => one.id)).toContain(id);
    const ready = readAssets(await server.api("GET", "/assets"));
    expect(ready.map((one) => one.id)).not.toContain(id);

    const types = server.eventTypes().slice(before);
    expect(types[0]).toBe("AssetRequested");
    expect(types.at(-1)).toBe("AssetFailed");
    expect(types).not.toContain("AssetInspected");
    for (const part of ["data", "thumbnail"]) {
      expect((await server.api("GET", `/assets/${id}/${part}`)).status).toBe(404);
    }
  });

  test.each([
    ["file:///etc/passwd"],
    ["ftp://cdn.example/a.png"],
    ["data:image/png;base64,AAAA"],
    ["javascript:alert(1)"],
    ["http://127.0.0.1:1/a.png"],
    ["http://2130706433/a.png"],
    ["http://[::ffff:127.0.0.1]/a.png"],
    ["http://169.254.169.254/latest/meta-data"],
    ["http://user:pass@cdn.example/a.png"],
    ["http://localhost/a.png"],
  ])("%s is refused before anything is requested", async (url) => {
    const { origin, server } = both;
    const before = server.eventTypes().length;
    const answer = await server.api("POST", "/assets/from-url", imageBody(origin, { url }));
    expect([answer.status, answer.meta.code]).toEqual([422, "source_not_allowed"]);
    expect(answer.text).not.toMatch(/user:pass|ECONN/);
    expect(server.eventTypes().length).toBe(before);
  });

  test.each([["not a URL"], ["http://"]])("%s is no URL, and the field is named", async (url) => {
    const { origin, server } = both;
    const answer = await server.api("POST", "/assets/from-url", imageBody(origin, { url }));
    expect([answer.status, answer.meta.code]).toEqual([422, "validation_failed"]);
    expect(answer.meta.details).toMatchObject([{ path: "url" }]);
  });

  test("leaves no bytes behind", async () => {
    const { server } = both;
    await until(() => filesIn(`${server.config.dataDir}/blobs`).length === 0);
  });
});
