/** A media and render process that has been taken over: the lie that it tells is the text of the file it is given. */
import { readFileSync, symlinkSync } from "node:fs";
import { Type } from "@sinclair/typebox";
import sharp from "sharp";
import { SOUND_RATE } from "../../src/media/animatic/sound/sound_spec.ts";
import { wavHead } from "../../src/media/animatic/sound/wav_file.ts";
import { mediaFacts } from "../../src/media/facts.ts";
import { defineHandler, serveCalls } from "../../src/processes/mod.ts";

const Film = Type.Object({
  outPaths: Type.Object({ only: Type.String() }),
  spec: Type.Object({ product: Type.String() }),
});
const Mix = Type.Object({
  outPaths: Type.Object({ voice: Type.String(), music: Type.String(), mix: Type.String(), soundtrack: Type.String() }),
  spec: Type.Object({ seconds: Type.Number(), music: Type.Object({ style: Type.String() }) }),
});
const LIES_ABOUT_SOUND: Readonly<Record<string, object>> = {
  loudness: { loudness: 1e9 },
  speech: { speech: [{ start: 1, end: 99 }] },
  disorder: {
    speech: [
      { start: 1, end: 2 },
      { start: 0, end: 1 },
    ],
  },
  scene: { warnings: [{ sceneNumber: 9, message: "Gone" }] },
};
const Sheet = Type.Object({ outPath: Type.String() });
const honest = mediaFacts("png", { width: 10, height: 10 });
const video = { id: "only", width: 854, height: 480, durationSeconds: 2, warnings: [] };
const LIES: Readonly<Record<string, object>> = {
  none: honest,
  "content type": { ...honest, contentType: "text/html" },
  kind: { ...honest, kind: "document" },
  format: { ...honest, format: "html" },
  endless: { ...honest, width: 1e12 },
  "without a size": { ...honest, width: null },
  "an image with pages": { ...honest, pageCount: 3 },
};

function picture(width: number, height: number, format: "webp" | "png", outPath: string) {
  return sharp({ create: { width, height, channels: 3, background: "red" } })
    .toFormat(format)
    .toFile(outPath);
}

serveCalls({
  inspect: defineHandler(Type.Object({ path: Type.String() }), async ({ path }) => LIES[readFileSync(path, "utf8")]),
  thumbnail: defineHandler(Type.Object({ path: Type.String(), outPath: Type.String() }), async ({ path, outPath }) => {
    const size = { width: 10, height: 10 };
    switch (readFileSync(path, "utf8")) {
      case "large":
        await picture(641, 10, "webp", outPath);
        return { width: 641, height: 10 };
      case "other size":
        await picture(20, 10, "webp", outPath);
        return size;
      case "no webp":
        await picture(10, 10, "png", outPath);
        return size;
      case "page":
        await Bun.write(outPath, "<script>alert(1)</script>".repeat(10));
        return size;
      case "link":
        symlinkSync("/etc/hostname", outPath);
        return size;
      case "no file":
        return size;
      default:
        await picture(10, 10, "webp", outPath);
        return size;
    }
  }),
  render: defineHandler(Film, async ({ outPaths, spec: { product } }, { progress }) => {
    const outPath = outPaths.only;
    for (const fraction of [0.5, "0.6", 0.2, Number.MAX_VALUE, -1, 0.7]) progress({ output: "only", fraction });
    for (const value of [0.8, null, { output: "other", fraction: 0.9 }]) progress(value);
    await Bun.write(outPath, product === "no film" ? "<html>" : "\0\0\0\x20ftypisom");
    return { outputs: product === "no outputs" ? [] : [lieAbout(product)] };
  }),
  mix: defineHandler(Mix, async ({ outPaths, spec: { seconds, music } }) => {
    const lie = music.style;
    for (const path of [outPaths.voice, outPaths.music]) await Bun.write(path, wavOf(seconds));
    const stem = lie === "short stem" ? wavOf(seconds).subarray(0, -4) : wavOf(lie === "other length" ? 1 : seconds);
    if (lie === "link") symlinkSync("/etc/hostname", outPaths.mix);
    else await Bun.write(outPaths.mix, lie === "no wav" ? stem.fill(0) : stem);
    await Bun.write(outPaths.soundtrack, lie === "no film" ? "<html>" : "\0\0\0\x20ftypisom");
    return { loudness: -14, truePeak: -1, speech: [], warnings: [], ...LIES_ABOUT_SOUND[lie] };
  }),
  "contact sheet": defineHandler(Sheet, async ({ outPath }) => symlinkSync("/etc/hostname", outPath)),
});

function wavOf(seconds: number): Buffer {
  const frames = seconds * SOUND_RATE;
  return Buffer.concat([wavHead(frames), new Uint8Array(frames * 4)]);
}

function lieAbout(product: string): object {
  switch (product) {
    case "size":
      return { ...video, width: 10 };
    case "duration":
      return { ...video, durationSeconds: 1e9 };
    case "scene":
      return { ...video, warnings: [{ sceneNumber: 9, message: "Gone" }] };
    case "other output":
      return { ...video, id: "other" };
    case "words":
      return { ...video, warnings: [{ sceneNumber: 1, message: "a\u0000\u202eb" }] };
    default:
      return video;
  }
}
