import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { SKRSContext2D } from "@napi-rs/canvas";
import { Mp4OutputFormat, Output } from "mediabunny";
import sharp from "sharp";
import { createFrameEncoder } from "../../../src/media/animatic/encoder.ts";
import { openFileTarget } from "../../../src/media/animatic/file_target.ts";
import { renderAnimatic } from "../../../src/media/animatic/render_animatic.ts";
import { mixSound } from "../../../src/media/animatic/sound/mix_sound.ts";
import {
  type AnimaticOutput,
  type AnimaticScene,
  type AnimaticSpec,
  firstOutput,
  type RenderedOutput,
} from "../../../src/media/animatic/spec.ts";
import { canvasOf } from "../../../src/media/animatic/text/typography.ts";

/** A folder for the files of a test, and how to be rid of it. */
export async function workRoom(): Promise<{ path: (name: string) => string; clear: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "reelog-animatic-"));
  return { path: (name) => join(folder, name), clear: () => rm(folder, { recursive: true, force: true }) };
}

/** A picture of one colour, with nothing clear in it. */
export async function paint(
  path: string,
  color: string,
  size: { width: number; height: number } = { width: 1280, height: 720 },
): Promise<string> {
  await sharp({ create: { ...size, channels: 3, background: color } }).toFile(path);
  return path;
}

/** A real H.264 clip that shows one colour after the other, each for so many frames at 24 a second. */
export async function film(path: string, colors: readonly string[], framesEach: number): Promise<string> {
  return await drawnFilm(path, {
    size: { width: 640, height: 360 },
    frames: colors.length * framesEach,
    draw(context, frame) {
      context.fillStyle = colors[Math.floor(frame / framesEach)] ?? "black";
      context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    },
  });
}

/** A real H.264 clip of frames that a test draws. */
export async function drawnFilm(
  path: string,
  {
    size,
    frames,
    draw,
  }: { size: { width: number; height: number }; frames: number; draw: (context: SKRSContext2D, at: number) => void },
): Promise<string> {
  const file = await openFileTarget(path);
  const encoder = createFrameEncoder(size, 24);
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "reserve" }), target: file.target });
  output.addVideoTrack(encoder.source, { frameRate: 24, maximumPacketCount: frames });
  await output.start();
  const canvas = canvasOf(size);
  const context = canvas.getContext("2d");
  for (let frame = 0; frame < frames; frame++) {
    draw(context, frame);
    await encoder.add(canvas, frame);
  }
  await encoder.finish();
  await output.finalize();
  await file.finish();
  encoder.close();
  return path;
}

/** A 16-bit mono WAV with a tone of full loudness. */
export async function tone(path: string, options: { seconds: number; rate?: number }): Promise<string> {
  const { seconds, rate = 44_100 } = options;
  const sine = (frame: number): number => (32_000 / 32_767) * Math.sin((2 * Math.PI * 440 * frame) / rate);
  return await wav(path, { frames: Math.round(seconds * rate), rate, channels: [sine] });
}

/** A 16-bit WAV of any channels, each given as its value (-1 to 1) at a frame. */
export async function wav(
  path: string,
  options: { frames: number; rate: number; channels: readonly ((frame: number) => number)[] },
): Promise<string> {
  const { frames, rate, channels } = options;
  const bytes = 2 * channels.length;
  const view = new DataView(new ArrayBuffer(44 + frames * bytes));
  const text = (at: number, value: string): void => {
    for (const [i, char] of [...value].entries()) view.setUint8(at + i, char.charCodeAt(0));
  };
  text(0, "RIFF");
  view.setUint32(4, 36 + frames * bytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * bytes, true);
  view.setUint16(32, bytes, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, frames * bytes, true);
  for (let frame = 0; frame < frames; frame++) {
    for (const [index, valueAt] of channels.entries()) {
      view.setInt16(44 + frame * bytes + 2 * index, 32_767 * valueAt(frame), true);
    }
  }
  await Bun.write(path, view.buffer);
  return path;
}

/** A storyboard with what a test does not care about filled in. */
export function storyboard(
  scenes: readonly (Partial<AnimaticScene> & { durationTenths: number })[],
  rest: Partial<AnimaticSpec> & Partial<Omit<AnimaticOutput, "id">> = {},
): AnimaticSpec {
  const { format = "16:9", resolution = "480p", platform = "generic", ...given } = rest;
  return {
    fps: 24,
    outputs: [{ id: "only", format, resolution, platform }],
    look: "animatic",
    style: "",
    captions: "line",
    language: null,
    callToAction: "Try it today",
    product: "Stride One",
    soundtrack: null,
    ...given,
    scenes: scenes.map((scene, index) => ({
      sceneNumber: index + 1,
      script: "",
      description: "A runner at dawn",
      shotType: "medium",
      transition: "cut",
      assets: [],
      ...scene,
    })),
  };
}

/** Mixes a recording as the music of a film, and returns it with the warnings of the mix. */
export async function soundtrackOf(
  recording: string,
  { seconds, room }: { seconds: number; room: (name: string) => string },
) {
  const beside = (name: string) => room(`${basename(recording)}.${name}`);
  const soundtrack = beside("m4a");
  const { warnings } = await mixSound(
    { seconds, voice: [], voiceOver: null, music: { kind: "file", path: recording, level: 0 }, clips: [] },
    { voice: beside("voice.wav"), music: beside("music.wav"), mix: beside("mix.wav"), soundtrack },
    { scratchPath: beside("scratch"), signal: new AbortController().signal },
  );
  return { path: soundtrack, warnings };
}

/** Renders a storyboard of one output, and throws what it fails with. */
export async function renderOne(
  spec: AnimaticSpec,
  path: string,
  options: { onProgress?: (fraction: number) => void; signal?: AbortSignal } = {},
): Promise<RenderedOutput> {
  const { signal, onProgress = () => {} } = options;
  const { outputs } = await renderAnimatic(
    spec,
    { [firstOutput(spec).id]: path },
    { onProgress: (_, fraction) => onProgress(fraction), ...(signal && { signal }) },
  );
  const [output] = outputs;
  if (!output || "error" in output) throw output?.error ?? new Error("no output");
  return output;
}

/** An image asset. */
export function image(path: string, format = "png"): AnimaticScene["assets"][number] {
  return { path, kind: "image", format };
}

/** A video asset. */
export function video(path: string, format = "mp4"): AnimaticScene["assets"][number] {
  return { path, kind: "video", format };
}
