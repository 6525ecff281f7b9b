import { rm } from "node:fs/promises";
import type { Canvas } from "@napi-rs/canvas";
import { abortable } from "../../core/abortable.ts";
import { AppError } from "../../core/errors.ts";
import { composeFrame } from "./compose.ts";
import { createFilmFile, type FilmFile } from "./film_file.ts";
import { frameSize, type Size } from "./layout.ts";
import { lookOf } from "./look.ts";
import { type PreparedScene, prepareScene } from "./scene.ts";
import { openFootage } from "./scene_footage.ts";
import { readSoundtrack } from "./sound/soundtrack.ts";
import type { AnimaticSpec, AnimaticWarning, FailedOutput, RenderedOutput, RenderOptions } from "./spec.ts";
import { stylesOf } from "./spec_style.ts";
import type { Style } from "./text/card.ts";
import { legibleText, lostText } from "./text/legible_text.ts";
import { canvasOf } from "./text/typography.ts";
import { FPS, type TimedScene, timeline, totalFrames } from "./timeline.ts";
import { provideWebCodecs } from "./web_codecs.ts";

/** Frames between two pieces of sound and between two progress reports. */
const STEP = 6;

/**
 * Renders a storyboard in each of its outputs: H.264 and AAC in a fast-start MP4 at 24 frames per second. Each asset is
 * decoded once; each output is composed for its own shape and encoded beside the others. Frames are streamed through
 * the encoders into the files, so memory does not grow with the film's length.
 *
 * An asset that cannot be shown or heard becomes a warning, not a failure. An output that fails does not end the
 * others. A file appears under its final name only when it is complete.
 *
 * @param outPaths the file of each output, by its id
 * @throws {AppError} if every output failed, `unavailable` if the disk is full; the signal's reason if the render is
 * aborted
 */
export async function renderAnimatic(
  spec: AnimaticSpec,
  outPaths: Readonly<Record<string, string>>,
  options: RenderOptions = {},
): Promise<{ outputs: (RenderedOutput | FailedOutput)[] }> {
  provideWebCodecs();
  options.signal?.throwIfAborted();
  const scenes = timeline(spec.scenes, lookOf(spec.style, spec.brand?.tone).pace);
  const frames = totalFrames(scenes);
  if (frames === 0)
    throw new AppError("validation_failed", "Cannot render the video: the storyboard has no time in it");
  const films = await createFilms(spec);
  try {
    await openFiles(films, { spec, outPaths, frames, ...options });
    await renderScenes(scenes, { spec, films, frames, ...options });
    await forEachFilm(films, options, async (film) => {
      await film.file?.finish();
      film.isDone = true;
      options.onProgress?.(film.id, 1);
    });
    return {
      outputs: films.map(({ id, size, isDone, error, warnings }) =>
        isDone ? { id, frames, ...size, durationSeconds: frames / FPS, warnings } : { id, error },
      ),
    };
  } catch (error) {
    for (const { id, isDone } of films) if (isDone) await rm(outPaths[id] ?? "", { force: true });
    throw error;
  } finally {
    for (const { file } of films) await file?.[Symbol.asyncDispose]();
  }
}

/** An output while it is rendered. */
interface Film {
  readonly id: string;
  readonly size: Size;
  readonly style: Style;
  readonly canvas: Canvas;
  /** Two canvases of the frame's size, free to use while a frame is drawn, shared by the outputs of this size. */
  readonly layer: Canvas;
  readonly scratch: Canvas;
  readonly warnings: AnimaticWarning[];
  file: FilmFile | null;
  isDone: boolean;
  /** The reason of its failure. */
  error?: unknown;
}

async function createFilms(spec: AnimaticSpec): Promise<Film[]> {
  const warnings: AnimaticWarning[] = [];
  const styles = await stylesOf(spec, spec.outputs, (message) => warnings.push({ sceneNumber: null, message }));
  const canvases = new Map<string, { layer: Canvas; scratch: Canvas }>();
  return spec.outputs.flatMap(({ id, format, resolution }, index) => {
    const style = styles[index];
    if (!style) return [];
    const size = frameSize(format, resolution);
    const key = `${size.width}x${size.height}`;
    const shared = canvases.get(key) ?? { layer: canvasOf(size), scratch: canvasOf(size) };
    canvases.set(key, shared);
    return [{ id, size, style, canvas: canvasOf(size), ...shared, warnings: [...warnings], file: null, isDone: false }];
  });
}

/**
 * Runs a step for each output that has not failed; an error ends its output only.
 *
 * @throws the first error once every output has failed; the signal's reason
 */
async function forEachFilm(
  films: readonly Film[],
  { signal }: { signal?: AbortSignal },
  step: (film: Film) => Promise<void>,
): Promise<void> {
  for (const film of films) {
    signal?.throwIfAborted();
    if (film.error !== undefined) continue;
    try {
      await step(film);
    } catch (error) {
      signal?.throwIfAborted();
      film.error ??= error ?? new Error("Cannot render an output");
      await film.file?.[Symbol.asyncDispose]();
      film.file = null;
    }
  }
  const [first] = films;
  if (films.every(({ error }) => error !== undefined)) throw first?.error;
}

interface Work extends RenderOptions {
  spec: AnimaticSpec;
  frames: number;
}

async function openFiles(
  films: readonly Film[],
  work: Work & { outPaths: Readonly<Record<string, string>> },
): Promise<void> {
  const { spec, outPaths, frames, signal } = work;
  const soundtrack = spec.soundtrack && (await readSoundtrack(spec.soundtrack.path));
  await forEachFilm(films, work, async (film) => {
    const path = outPaths[film.id];
    if (path === undefined) throw new TypeError("Cannot render: an output has no file");
    const warn = (message: string): void => {
      film.warnings.push({ sceneNumber: null, message });
    };
    const sound = soundtrack?.track() ?? null;
    film.file = await createFilmFile(path, { size: film.size, frames, sound, signal });
    for (const [what, text] of [["call to action", spec.callToAction] as const, ["product", spec.product] as const]) {
      const { lost } = legibleText(text, film.style.typography);
      if (lost.length > 0) warn(lostText(what, lost));
    }
  });
}

/** A scene in the shape of each output. */
interface OpenScene {
  readonly timed: TimedScene;
  readonly pictures: ReadonlyMap<Film, PreparedScene>;
  close(): void;
}

async function openScene(
  timed: TimedScene,
  { spec, films, last, ...work }: Work & { films: readonly Film[]; last: boolean },
): Promise<OpenScene> {
  const { sceneNumber } = timed.scene;
  const warnAll = (message: string): void => {
    for (const { warnings } of films) warnings.push({ sceneNumber, message });
  };
  const footage = await openFootage(timed, { sizes: films.map(({ size }) => size), warn: warnAll });
  const pictures = new Map<Film, PreparedScene>();
  const close = (): void => {
    for (const picture of pictures.values()) picture.close();
    for (const each of footage) each.close();
  };
  try {
    await forEachFilm(films, work, async (film) => {
      const warn = (message: string): void => {
        film.warnings.push({ sceneNumber, message });
      };
      const { style, scratch } = film;
      pictures.set(film, await prepareScene(timed, { spec, footage, style, scratch, warn, last }));
    });
    return { timed, pictures, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function renderScenes(scenes: readonly TimedScene[], work: Work & { films: readonly Film[] }): Promise<void> {
  const { films, frames, signal, onProgress } = work;
  const open = new Set<OpenScene>();
  const prepare = async (index: number): Promise<OpenScene | null> => {
    const timed = scenes[index];
    if (!timed) return null;
    const scene = await openScene(timed, { ...work, last: index === scenes.length - 1 });
    open.add(scene);
    return scene;
  };
  // Prepares the next scene while this one is encoded.
  let upcoming = prepare(0);
  let previous: OpenScene | null = null;
  try {
    for (const [index, timed] of scenes.entries()) {
      const scene = await abortable(upcoming, signal);
      if (!scene) break;
      upcoming = prepare(index + 1);
      upcoming.catch(() => {});
      for (let frame = 0; frame < timed.frames; frame++) {
        const done = timed.start + frame + 1;
        await forEachFilm(films, work, async (film) => {
          await abortable(drawFrame(film, frame, { scene, previous }), signal);
          await film.file?.add(film.canvas, timed.start + frame, { key: frame === 0 });
          if (done % STEP !== 0 && done !== frames) return;
          await film.file?.addSoundUntil(done / FPS);
          onProgress?.(film.id, Math.min(0.99, done / frames));
        });
        // The garbage collector sees only the small handles of native frames and pixels, so hundreds could pile up.
        if (done % (FPS / 2) === 0) Bun.gc(true);
        if (previous && frame >= timed.enter.frames) {
          previous.close();
          open.delete(previous);
          previous = null;
        }
      }
      previous = scene;
    }
  } finally {
    // Not awaited: a large image takes a while to decode, and cancelling should not.
    upcoming.then((scene) => scene?.close()).catch(() => {});
    for (const scene of open) scene.close();
  }
}

async function drawFrame(
  film: Film,
  frame: number,
  { scene, previous }: { scene: OpenScene; previous: OpenScene | null },
): Promise<void> {
  const picture = scene.pictures.get(film);
  if (!picture) throw new Error("Cannot draw a frame: the scene was not prepared");
  const before = previous?.pictures.get(film);
  await composeFrame(film.canvas.getContext("2d"), frame, {
    timed: scene.timed,
    scene: picture,
    previous: previous && before ? { timed: previous.timed, scene: before } : null,
    layer: film.layer,
  });
}
