import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { EncodedPacketSink, FilePathSource, Input, MP4 } from "mediabunny";
import { renderAnimatic } from "../../../src/media/animatic/render_animatic.ts";
import type { AnimaticOutput } from "../../../src/media/animatic/spec.ts";
import { createAnimaticRenderer } from "../../../src/media/mod.ts";
import { fixture } from "../fixtures.ts";
import { image, paint, soundtrackOf, storyboard, tone, workRoom } from "./footage.ts";
import { watch } from "./screening.ts";

let room: Awaited<ReturnType<typeof workRoom>>;
beforeAll(async () => {
  room = await workRoom();
});
afterAll(() => room.clear());

const SHAPES = [
  ["16:9", 854, 480],
  ["9:16", 480, 854],
  ["1:1", 480, 480],
  ["4:5", 480, 600],
] as const;

function outputsOf(formats: readonly AnimaticOutput["format"][]): AnimaticOutput[] {
  return formats.map((format) => ({ id: `in ${format}`, format, resolution: "480p", platform: "generic" }));
}

async function soundDigest(path: string): Promise<string> {
  const input = new Input({ source: new FilePathSource(path), formats: [MP4] });
  const track = await input.getPrimaryAudioTrack();
  if (!track) throw new Error("no sound");
  const hash = new Bun.CryptoHasher("sha256");
  let packets = 0;
  for await (const { data } of new EncodedPacketSink(track).packets()) {
    hash.update(data);
    packets++;
  }
  input.dispose();
  return `${packets} ${hash.digest("hex")}`;
}

describe("the outputs of one film", () => {
  test("have the same frames and the same packets of sound, each in its own shape", async () => {
    const bed = await tone(room.path("bed.wav"), { seconds: 3 });
    const assets = [image(await paint(room.path("in.png"), "teal"))];
    const soundtrack = await soundtrackOf(bed, { seconds: 2, room: room.path });
    const outputs = outputsOf(SHAPES.map(([format]) => format));
    const paths = Object.fromEntries(outputs.map(({ id }, index) => [id, room.path(`shape-${index}.mp4`)]));
    const spec = storyboard(
      [
        { durationTenths: 12, assets },
        { durationTenths: 8, transition: "dissolve" },
      ],
      { outputs, soundtrack },
    );
    const progress = new Map<string, number[]>();
    const onProgress = (id: string, fraction: number) => progress.set(id, [...(progress.get(id) ?? []), fraction]);
    const made = await renderAnimatic(spec, paths, { onProgress });
    const expected = await soundDigest(soundtrack.path);
    for (const [index, [format, width, height]] of SHAPES.entries()) {
      const id = `in ${format}`;
      expect(made.outputs[index]).toMatchObject({ id, width, height, frames: 48, durationSeconds: 2, warnings: [] });
      const film = await watch(paths[id] ?? "");
      expect(film).toMatchObject({ width, height, frames: 48, steady: true });
      film.close();
      expect(await soundDigest(paths[id] ?? "")).toBe(expected);
      expect(progress.get(id)).toEqual(progress.get(id)?.toSorted((a, b) => a - b));
      expect(progress.get(id)?.at(-1)).toBe(1);
    }
  });

  test("are made although one of them cannot be written", async () => {
    const outputs = outputsOf(["16:9", "1:1"]);
    const paths = { "in 16:9": room.path("nowhere/out.mp4"), "in 1:1": room.path("square.mp4") };
    const made = await renderAnimatic(storyboard([{ durationTenths: 10 }], { outputs }), paths);
    expect(made.outputs).toMatchObject([
      { id: "in 16:9", error: { code: "unavailable" } },
      { id: "in 1:1", width: 480, height: 480, frames: 24 },
    ]);
    const film = await watch(paths["in 1:1"]);
    expect(film.frames).toBe(24);
    film.close();
  });

  test("leave no file when they are cancelled", async () => {
    const outputs = outputsOf(["16:9", "1:1"]);
    const paths = { "in 16:9": room.path("a.mp4"), "in 1:1": room.path("b.mp4") };
    const stop = new AbortController();
    const rendered = renderAnimatic(storyboard([{ durationTenths: 20 }], { outputs }), paths, {
      signal: stop.signal,
      // The first of them is complete then.
      onProgress: (_, fraction) => fraction === 1 && stop.abort(new Error("not wanted")),
    });
    expect(await rendered.catch((error: unknown) => error)).toBe(stop.signal.reason);
    for (const path of Object.values(paths)) {
      expect(existsSync(path)).toBe(false);
      expect(existsSync(`${path}.part`)).toBe(false);
    }
  });

  test("are tried one by one when the process dies with all of them", async () => {
    const script = new URL("./fragile_process.ts", import.meta.url);
    const renderer = createAnimaticRenderer({ script, sandbox: "none", processes: 1 });
    const outputs = outputsOf(["16:9", "9:16", "1:1"]);
    const paths = Object.fromEntries(outputs.map(({ id }, index) => [id, room.path(`fragile-${index}.mp4`)]));
    try {
      const spec = storyboard([{ durationTenths: 20 }], { outputs });
      const options = { signal: new AbortController().signal, onProgress: () => {} };
      const made = await renderer.render(spec, paths, options);
      expect(made.outputs).toMatchObject([
        { id: "in 16:9", width: 854 },
        { id: "in 9:16", error: { code: "media_unreadable" } },
        { id: "in 1:1", width: 480 },
      ]);
      expect(outputs.map(({ id }) => existsSync(paths[id] ?? ""))).toEqual([true, false, true]);
    } finally {
      await renderer.close();
    }
  });

  test("renderer: makes the film without the fonts of a brand that kill the process, with a warning", async () => {
    const script = new URL("./fragile_process.ts", import.meta.url);
    const renderer = createAnimaticRenderer({ script, sandbox: "none", processes: 1 });
    try {
      const brand = { fonts: [{ path: fixture("blocks.otf") }] };
      const spec = storyboard([{ durationTenths: 20 }], { brand });
      const options = { signal: new AbortController().signal, onProgress: () => {} };
      const { outputs } = await renderer.render(spec, { only: room.path("plain.mp4") }, options);
      const message = "The fonts of the brand cannot be drawn, so the text is set in others. Use other font files";
      expect(outputs).toMatchObject([{ id: "only", warnings: [{ sceneNumber: null, message }] }]);
    } finally {
      await renderer.close();
    }
  });
});
