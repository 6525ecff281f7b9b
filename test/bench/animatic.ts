/**
 * The speed of an animatic beside its encoder alone, and the growth of its memory with its length.
 *
 * Each measurement is a process of its own, so that its peak of memory is its own too.
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mp4OutputFormat, Output } from "mediabunny";
import sharp from "sharp";
import { createFrameEncoder } from "../../src/media/animatic/encoder.ts";
import { openFileTarget } from "../../src/media/animatic/file_target.ts";
import { renderAnimatic } from "../../src/media/animatic/render_animatic.ts";
import type { AnimaticScene, AnimaticSpec } from "../../src/media/animatic/spec.ts";
import { pixels } from "../../src/media/animatic/visuals/picture.ts";
import { TRANSITIONS } from "../../src/media/mod.ts";
import { film, soundtrackOf, tone } from "../media/animatic/footage.ts";
import { type Benchmark, cost, speed } from "./benchmark.ts";

/** One measured render. */
interface AnimaticRun {
  /** Seconds of video for each second of work. */
  speed: number;
  /** The process's peak of resident memory in MiB. */
  peakMiB: number;
}

const VIDEO_SECONDS = 20;

/** The render of an approved storyboard. Each run is a process of its own, so none warms up another. */
export const animaticBenchmarks: readonly Benchmark[] = [
  {
    what: "render of 720p video with images, clips, cards and sound",
    against: "its encoder alone, fed with one photograph",
    figure: speed,
    goal: 0.5,
    floor: 0.35,
    rounds: 3,
    warmsUp: false,
    open: async () => ({
      ours: async () => (VIDEO_SECONDS * 1000) / (await measure("render", VIDEO_SECONDS)).speed,
      theirs: async () => (VIDEO_SECONDS * 1000) / (await measure("encoder", VIDEO_SECONDS)).speed,
      note: (ours, theirs) => `${perSecond(ours)} s of video a second against ${perSecond(theirs)}`,
      async [Symbol.asyncDispose]() {},
    }),
  },
  {
    what: "three outputs of one ad",
    against: "three renders of one output",
    figure: cost,
    goal: 0.7,
    floor: 0.85,
    rounds: 3,
    warmsUp: false,
    open: async () => ({
      ours: async () => (VIDEO_SECONDS * 1000) / (await measure("outputs", VIDEO_SECONDS)).speed,
      theirs: async () => (VIDEO_SECONDS * 1000) / (await measure("singles", VIDEO_SECONDS)).speed,
      note: (ours, theirs) => `${(ours / 1000).toFixed(1)} s against ${(theirs / 1000).toFixed(1)} s`,
      async [Symbol.asyncDispose]() {},
    }),
  },
  {
    what: "peak RSS of a render of 180 s",
    against: "of 15 s",
    figure: cost,
    goal: 1.2,
    floor: 1.4,
    rounds: 1,
    warmsUp: false,
    open: async () => ({
      ours: async () => (await measure("render", 180)).peakMiB,
      theirs: async () => (await measure("render", 15)).peakMiB,
      note: (ours, theirs) => `${ours} MiB against ${theirs}`,
      async [Symbol.asyncDispose]() {},
    }),
  },
];

function perSecond(milliseconds: number): string {
  return ((VIDEO_SECONDS * 1000) / milliseconds).toFixed(1);
}

async function measure(what: string, seconds: number): Promise<AnimaticRun> {
  const child = Bun.spawn([process.execPath, import.meta.path, what, String(seconds)], { stdout: "pipe" });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`Cannot measure ${what}: the process failed`);
  const [speed = 0, peakMiB = 0] = text.trim().split(" ").map(Number);
  return { speed, peakMiB };
}

async function storyboard(folder: string, seconds: number): Promise<AnimaticSpec> {
  const photo = join(folder, "photo.jpg");
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const create = { width: 200, height: 133, channels: 3, noise, background: "black" } as const;
  await sharp({ create }).resize(1600, 1067, { kernel: "cubic" }).jpeg().toFile(photo);
  const clip = await film(join(folder, "clip.mp4"), ["teal", "orange", "navy", "crimson"], 24);
  const bed = await tone(join(folder, "bed.wav"), { seconds: 4 });
  const image = { path: photo, kind: "image", format: "jpeg" } as const;
  const video = { path: clip, kind: "video", format: "mp4" } as const;
  const assets = [[image], [video], [], [image], [video], [image], [image]];
  const each = Math.round((seconds * 10) / assets.length);
  const scenes: AnimaticScene[] = assets.map((assets, index) => ({
    sceneNumber: index + 1,
    durationTenths: index < 6 ? each : seconds * 10 - 6 * each,
    script: "Every other shoe fights the road, and you feel it in your knees.",
    description: "A tired runner stops at a red light",
    shotType: ["wide", "medium", "close_up", "product", "tracking"][index % 5] ?? "medium",
    transition: TRANSITIONS[index % TRANSITIONS.length] ?? "cut",
    assets,
  }));
  const [callToAction, product] = ["Run your first mile with us", "Stride One"];
  return {
    fps: 24,
    outputs: [{ id: "only", format: "16:9", resolution: "720p", platform: "generic" }],
    look: "animatic",
    style: "",
    captions: "line",
    language: null,
    scenes,
    callToAction,
    product,
    soundtrack: await soundtrackOf(bed, { seconds, room: (name) => join(folder, name) }),
  };
}

async function encodeOnly(folder: string, frames: number): Promise<void> {
  const size = { width: 1280, height: 720 };
  const file = await openFileTarget(join(folder, "out.mp4"));
  const encoder = createFrameEncoder(size, 24);
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "reserve" }), target: file.target });
  output.addVideoTrack(encoder.source, { frameRate: 24, maximumPacketCount: frames });
  await output.start();
  const canvas = await pixels(sharp(join(folder, "photo.jpg")).resize(size.width, size.height));
  for (let frame = 0; frame < frames; frame++) await encoder.add(canvas, frame);
  await encoder.finish();
  await output.finalize();
  await file.finish();
}

async function child(what: string, seconds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "reelog-bench-"));
  try {
    const spec = await storyboard(folder, seconds);
    const start = performance.now();
    if (what === "encoder") await encodeOnly(folder, seconds * 24);
    else if (what === "render") await renderAnimatic(spec, { only: join(folder, "out.mp4") });
    else {
      const outputs = (["16:9", "9:16", "1:1"] as const).map((format) => {
        return { id: format, format, resolution: "720p", platform: "generic" } as const;
      });
      const paths = Object.fromEntries(outputs.map(({ id }, index) => [id, join(folder, `${index}.mp4`)]));
      const calls = what === "outputs" ? [outputs] : outputs.map((output) => [output]);
      for (const each of calls) await renderAnimatic({ ...spec, outputs: each }, paths);
    }
    const speed = seconds / ((performance.now() - start) / 1000);
    console.log(speed.toFixed(3), (process.resourceUsage().maxRSS / 1024).toFixed(0));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const [what = "", seconds] = process.argv.slice(2);
  await child(what, Number(seconds));
}
