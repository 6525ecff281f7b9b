import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { AppError } from "../core/errors.ts";
import { asUnavailable } from "../core/shortage.ts";
import {
  createProcessPool,
  type OutputFile,
  type ProcessPoolOptions,
  shownText,
  type Workspace,
} from "../processes/mod.ts";
import { frameSize } from "./animatic/layout.ts";
import type { AnimaticSpec } from "./animatic/spec.ts";
import { FPS, timeline, totalFrames } from "./animatic/timeline.ts";
import { mediaFailures } from "./media_errors.ts";

const Warnings = Type.Array(
  Type.Object({ sceneNumber: Type.Union([Type.Integer(), Type.Null()]), message: Type.String() }),
  { maxItems: 1000 },
);

/** The schema of a render's result. */
const RenderedVideo = Type.Object({
  /** Pixels. */
  width: Type.Integer(),
  /** Pixels. */
  height: Type.Integer(),
  durationSeconds: Type.Number(),
  warnings: Warnings,
});
/** The result of a render, apart from the file. */
export type RenderedVideo = Static<typeof RenderedVideo>;

/** The port of rendering: a storyboard in, an MP4 out. */
export interface Renderer {
  readonly name: string;
  /** The maximum of concurrent renders. */
  readonly concurrency: number;
  /** The maximum of concurrent contact sheets, in addition to the renders. */
  readonly sheetsAtOnce: number;
  /**
   * Writes the video to `outPath`; an asset that cannot be shown is a warning.
   *
   * @param options.onProgress called with a rising number from 0 to 1
   * @throws {AppError} `unavailable` for a full disk, `media_unreadable` if the process crashed or exceeded a limit; or
   * the signal's reason
   */
  render(
    spec: AnimaticSpec,
    outPath: string,
    options: { signal: AbortSignal; onProgress: (fraction: number) => void },
  ): Promise<RenderedVideo>;
  /** Writes a PNG of all scenes with their numbers and durations to `outPath`. */
  contactSheet(spec: AnimaticSpec, outPath: string, options: { signal: AbortSignal }): Promise<void>;
  close(): Promise<void>;
}

/**
 * The time limits, ten times the cost of a render on two slow cores: for each pixel of the video, each opened asset and
 * each second of a playing clip, whatever its size. `SHEET_` likewise for a sheet, which shows one frame of each scene.
 */
const PIXEL_MS = 400e-6;
const ASSET_MS = 5000;
const CLIP_SECOND_MS = 10_000;
const START_MS = 30_000;
const SHEET_SCENE_MS = 1000;

/** The maximum of concurrent sheets; more than one, so that a slow sheet does not block all others. */
const SHEETS_AT_ONCE = Math.max(2, availableParallelism());

/** Creates the default renderer: an animatic, made in separate processes. */
export function createAnimaticRenderer(options: Partial<ProcessPoolOptions> = {}): Renderer {
  const concurrency = options.processes ?? availableParallelism();
  const poolOptions = {
    name: "render process",
    failures: mediaFailures,
    script: new URL("./render_process.ts", import.meta.url),
    timeLimitMs: START_MS,
    memoryLimitBytes: 2 * 1024 ** 3,
    ...options,
  };
  const { directory } = options;
  const below = (name: string) => directory && { directory: join(directory, name) };
  const videos = createProcessPool({ ...poolOptions, ...below("videos"), processes: concurrency });
  // A sheet takes a second and a user is waiting for the page: it must not queue behind videos.
  const sheets = createProcessPool({
    ...poolOptions,
    ...below("sheets"),
    processes: SHEETS_AT_ONCE,
  });

  return {
    name: "animatic",
    concurrency,
    sheetsAtOnce: SHEETS_AT_ONCE,
    async render(spec, outPath, { signal, onProgress }) {
      let last = 0;
      const note = (value: unknown) => {
        if (typeof value !== "number" || !(value > last && value <= 1)) return;
        last = value;
        onProgress(value);
      };
      using place = await videos.enter({ signal });
      await using lent = await lendAssets(spec, place.workspace);
      await using output = place.workspace.output(".mp4");
      const asked = { spec: lent.spec, outPath: output.path };
      const limits = limitsOf(renderLimitMs(spec));
      const made = await place.call("render", asked, { onProgress: note, ...limits });
      const video = checkedVideo(made, spec);
      if (!video) throw failed();
      await takeChecked(output, outPath, { maxBytes: maxVideoBytes(video), signal, isWhole: isMp4 });
      return video;
    },
    async contactSheet(spec, outPath, { signal }) {
      using place = await sheets.enter({ signal });
      await using lent = await lendAssets(spec, place.workspace);
      await using output = place.workspace.output(".png");
      const asked = { spec: lent.spec, outPath: output.path };
      await place.call("contact sheet", asked, limitsOf(sheetLimitMs(spec)));
      await takeChecked(output, outPath, { maxBytes: MAX_SHEET_BYTES, signal, isWhole: isPng });
    },
    async close() {
      await Promise.all([videos.close(), sheets.close()]);
    },
  };
}

/**
 * Returns limits for this time on two processors, with a longer wall-clock limit: a process that waits for the
 * processor is not at fault.
 */
function limitsOf(milliseconds: number): { readonly cpuLimitMs: number; readonly timeLimitMs: number } {
  return { cpuLimitMs: 2 * milliseconds, timeLimitMs: 10 * milliseconds };
}

/** Returns the time limit of a render, in proportion to its length, its pixels and its assets. */
export function renderLimitMs(spec: AnimaticSpec): number {
  const { width, height } = frameSize(spec.format, spec.resolution);
  const pixels = totalFrames(timeline(spec.scenes)) * width * height;
  const clipSeconds = spec.scenes.reduce((sum, { assets, durationTenths }) => {
    return assets.some(({ kind }) => kind === "video") ? sum + durationTenths / 10 : sum;
  }, 0);
  return Math.ceil(START_MS + pixels * PIXEL_MS + assetsIn(spec) * ASSET_MS + clipSeconds * CLIP_SECOND_MS);
}

/** Returns the time limit of a sheet. */
export function sheetLimitMs(spec: AnimaticSpec): number {
  return START_MS + spec.scenes.length * SHEET_SCENE_MS + assetsIn(spec) * ASSET_MS;
}

function assetsIn(spec: AnimaticSpec): number {
  return spec.scenes.reduce((sum, { assets }) => sum + assets.length, 0);
}

const failed = () => new AppError("internal", "Cannot render the video: the renderer failed");

/** Returns a spec with files that the processes may read. */
async function lendAssets(
  spec: AnimaticSpec,
  workspace: Workspace,
): Promise<{ readonly spec: AnimaticSpec } & AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  const lent = new Map<string, string>();
  const lend = async (path: string): Promise<string> => {
    const known = lent.get(path) ?? stack.use(await workspace.lend(path)).path;
    lent.set(path, known);
    return known;
  };
  try {
    const scenes: AnimaticSpec["scenes"] = [];
    for (const scene of spec.scenes) {
      const assets: typeof scene.assets = [];
      for (const asset of scene.assets) {
        const animation = asset.animation === undefined ? {} : { animation: await lend(asset.animation) };
        assets.push({ ...asset, path: await lend(asset.path), ...animation });
      }
      scenes.push({ ...scene, assets });
    }
    const audio = spec.audio && { ...spec.audio, path: await lend(spec.audio.path) };
    return {
      spec: { ...spec, scenes, ...(audio === undefined ? {} : { audio }) },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw asUnavailable(error, "read an asset");
  }
}

/** Validates the result of a render process; returns `null` if it does not match the spec. */
function checkedVideo(said: unknown, spec: AnimaticSpec): RenderedVideo | null {
  if (!Value.Check(RenderedVideo, said)) return null;
  const { width, height } = frameSize(spec.format, spec.resolution);
  const durationSeconds = totalFrames(timeline(spec.scenes)) / FPS;
  if (said.width !== width || said.height !== height || said.durationSeconds !== durationSeconds) return null;
  const numbers = new Set(spec.scenes.map(({ sceneNumber }) => sceneNumber));
  if (said.warnings.some(({ sceneNumber }) => sceneNumber !== null && !numbers.has(sceneNumber))) return null;
  const warnings = said.warnings.map(({ sceneNumber, message }) => ({ sceneNumber, message: shownText(message) }));
  return { width, height, durationSeconds, warnings };
}

/** Returns the maximum size of a video: several times the encoder's bit rate at 1080p, and its tables. */
function maxVideoBytes({ durationSeconds }: RenderedVideo): number {
  return Math.ceil((16 + 8 * durationSeconds) * 1024 ** 2);
}

/** The maximum size of a sheet, which is 1,680 pixels wide and as high as its scenes need. */
const MAX_SHEET_BYTES = 64 * 1024 ** 2;
/** The number of bytes that are read to check a file's signature. */
const HEAD_BYTES = 16;

interface TakeOptions {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly isWhole: (head: Buffer) => boolean;
}

async function takeChecked(output: OutputFile, outPath: string, options: TakeOptions): Promise<void> {
  const { signal, maxBytes, isWhole } = options;
  try {
    await rm(outPath, { force: true });
    await output.take(outPath, { maxBytes, signal });
    if (isWhole(Buffer.from(await Bun.file(outPath).slice(0, HEAD_BYTES).bytes()))) return;
  } catch (error) {
    if (signal.aborted || (error instanceof AppError && error.code === "unavailable")) throw error;
  }
  await rm(outPath, { force: true });
  throw failed();
}

const isMp4 = (head: Buffer) => head.toString("latin1", 4, 8) === "ftyp";
const isPng = (head: Buffer) => head.toString("latin1", 0, 8) === "\x89PNG\r\n\x1a\n";
