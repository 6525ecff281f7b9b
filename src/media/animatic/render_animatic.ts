import { rename, rm } from "node:fs/promises";
import { Mp4OutputFormat, Output } from "mediabunny";
import { abortable } from "../../core/abortable.ts";
import { AppError } from "../../core/errors.ts";
import { composeFrame } from "./compose.ts";
import { createFrameEncoder, type FrameEncoder } from "./encoder.ts";
import { openFileTarget } from "./file_target.ts";
import { frameSize, layoutOf } from "./layout.ts";
import { type PreparedScene, prepareScene } from "./scene.ts";
import { openSound, type Sound } from "./sound/open_sound.ts";
import type { AnimaticResult, AnimaticSpec, AnimaticWarning, RenderOptions } from "./spec.ts";
import type { Style } from "./text/card.ts";
import { legibleText, lostText } from "./text/legible_text.ts";
import { canvasOf, createTypography } from "./text/typography.ts";
import { FPS, type TimedScene, timeline, totalFrames } from "./timeline.ts";
import { paletteOf } from "./visuals/palette.ts";
import { provideWebCodecs } from "./web_codecs.ts";

/** Frames between two pieces of sound and between two progress reports. */
const STEP = 6;

/**
 * Renders the preview video of a storyboard: H.264 and AAC in a fast-start MP4 at 24 frames per second. Frames are
 * streamed through the encoder into the file, so memory does not grow with the video's length.
 *
 * An asset that cannot be shown or heard becomes a warning, not a failure. The file appears under its
 * final name only when it is complete; until then it is `outPath` with `.part`, which is removed on any failure.
 *
 * @throws {AppError} `unavailable` if the disk is full; the signal's reason if the render is aborted
 */
export async function renderAnimatic(
  spec: AnimaticSpec,
  outPath: string,
  options: RenderOptions = {},
): Promise<AnimaticResult> {
  provideWebCodecs();
  const { signal } = options;
  signal?.throwIfAborted();
  const scenes = timeline(spec.scenes);
  const frames = totalFrames(scenes);
  if (frames === 0)
    throw new AppError("validation_failed", "Cannot render the video: the storyboard has no time in it");
  const size = frameSize(spec.format, spec.resolution);
  const warnings: AnimaticWarning[] = [];
  const sound = await openSound(spec, {
    seconds: frames / FPS,
    warn: (message) => warnings.push({ sceneNumber: null, message }),
  });
  const part = `${outPath}.part`;
  const file = await openFileTarget(part).catch((error) => {
    sound?.close();
    throw error;
  });
  const encoder = createFrameEncoder(size, FPS);
  try {
    const output = new Output({ format: new Mp4OutputFormat({ fastStart: "reserve" }), target: file.target });
    output.addVideoTrack(encoder.source, { frameRate: FPS, maximumPacketCount: frames });
    if (sound) output.addAudioTrack(sound.source, { maximumPacketCount: sound.packets });
    await output.start();
    await renderScenes(scenes, { spec, encoder, sound, frames, warnings, check: file.check, ...options });
    await abortable(encoder.finish(), signal);
    if (sound) await abortable(sound.finish(), signal);
    await output.finalize();
    await file.finish();
    signal?.throwIfAborted();
    await rename(part, outPath);
    options.onProgress?.(1);
    return { frames, ...size, durationSeconds: frames / FPS, warnings };
  } catch (error) {
    await file.abandon().catch(() => {});
    await rm(part, { force: true });
    signal?.throwIfAborted();
    // The muxer wraps or drops the error of the disk, so the original error is thrown.
    file.check();
    throw error;
  } finally {
    encoder.close();
    sound?.close();
  }
}

interface Stage extends RenderOptions {
  spec: AnimaticSpec;
  encoder: FrameEncoder;
  sound: Sound | null;
  frames: number;
  warnings: AnimaticWarning[];
  check: () => void;
}

async function renderScenes(scenes: readonly TimedScene[], stage: Stage): Promise<void> {
  const { spec, encoder, sound, frames, signal, onProgress } = stage;
  const size = frameSize(spec.format, spec.resolution);
  const style: Style = { layout: layoutOf(size), typography: createTypography(), palette: paletteOf(spec.brand) };
  for (const [what, text] of [["call to action", spec.callToAction] as const, ["product", spec.product] as const]) {
    const { lost } = legibleText(text, style.typography);
    if (lost.length > 0) stage.warnings.push({ sceneNumber: null, message: lostText(what, lost) });
  }
  const [canvas, layer, scratch] = [canvasOf(size), canvasOf(size), canvasOf(size)];
  const context = canvas.getContext("2d");
  const open = new Set<PreparedScene>();
  const prepare = async (index: number): Promise<PreparedScene | null> => {
    const timed = scenes[index];
    if (!timed) return null;
    const warn = (message: string): void => {
      stage.warnings.push({ sceneNumber: timed.scene.sceneNumber, message });
    };
    const scene = await prepareScene(timed, { spec, style, scratch, warn, last: index === scenes.length - 1 });
    open.add(scene);
    return scene;
  };
  // Prepares the next scene while this one is encoded.
  let upcoming = prepare(0);
  let previous: { timed: TimedScene; scene: PreparedScene } | null = null;
  try {
    for (const [index, timed] of scenes.entries()) {
      const scene = await abortable(upcoming, signal);
      if (!scene) break;
      upcoming = prepare(index + 1);
      upcoming.catch(() => {});
      for (let frame = 0; frame < timed.frames; frame++) {
        signal?.throwIfAborted();
        stage.check();
        await abortable(composeFrame(context, frame, { timed, scene, previous, layer }), signal);
        await abortable(encoder.add(canvas, timed.start + frame, { key: frame === 0 }), signal);
        const done = timed.start + frame + 1;
        if (done % STEP === 0 || done === frames) {
          if (sound) await abortable(sound.addUntil(done / FPS), signal);
          onProgress?.(Math.min(0.99, done / frames));
        }
        // The garbage collector sees only the small handles of native frames and pixels, so hundreds could pile up.
        if (done % (FPS / 2) === 0) Bun.gc(true);
        if (previous && frame >= timed.enter.frames) {
          previous.scene.close();
          open.delete(previous.scene);
          previous = null;
        }
      }
      previous = { timed, scene };
    }
  } finally {
    // Not awaited: a large image takes a while to decode, and cancelling should not.
    upcoming.then((scene) => scene?.close()).catch(() => {});
    for (const scene of open) scene.close();
  }
}
