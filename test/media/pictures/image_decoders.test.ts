import { expect, test } from "bun:test";
import { join } from "node:path";
import sharp from "sharp";
import { createAnimaticRenderer } from "../../../src/media/mod.ts";
import { image, storyboard, workRoom } from "../animatic/footage.ts";
import { fixture } from "../fixtures.ts";

const DECODED = ["photo.jpg", "photo.png", "photo.webp", "animated.gif", "logo.svg"];
/** Formats that libvips knows and we do not, made to pass for one that we know. */
const OTHERS = ["avif", "tiff"] as const;

test("a render decodes pictures of our formats and no other, whatever they are called", async () => {
  const room = await workRoom();
  const renderer = createAnimaticRenderer({ processes: 1 });
  const strange: string[] = [];
  for (const name of OTHERS) {
    const path = room.path(`${name}.png`);
    await Bun.write(path, await sharp(fixture("photo.png")).toFormat(name).toBuffer());
    // Here nothing is blocked, so it is one that would be decoded.
    expect((await sharp(path).metadata()).width).toBeGreaterThan(0);
    strange.push(path);
  }
  const scenes = [...DECODED.map(fixture), ...strange].map((path) => ({ durationTenths: 5, assets: [image(path)] }));
  try {
    const options = { signal: new AbortController().signal, onProgress: () => {} };
    const { outputs } = await renderer.render(storyboard(scenes), { only: room.path("out.mp4") }, options);
    const [made] = outputs;
    if (!made || "error" in made) throw made?.error ?? new Error("no output");
    expect(made.warnings.map(({ sceneNumber }) => sceneNumber)).toEqual(OTHERS.map((_, i) => DECODED.length + i + 1));
  } finally {
    await renderer.close();
    await room.clear();
  }
}, 300_000);

test("every process of media limits its decoders first", async () => {
  for (const name of ["process.ts", "render_process.ts"]) {
    const source = await Bun.file(join(import.meta.dir, "../../../src/media", name)).text();
    expect(source).toContain("\nlimitImageDecoders();\n");
    expect(source.indexOf("\nlimitImageDecoders();")).toBeLessThan(source.indexOf("\nserveCalls("));
  }
});
