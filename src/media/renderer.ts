import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { AppError } from "../core/errors.ts";
import { asUnavailable, isPassing } from "../core/shortage.ts";
import { createProcessPool, type PoolSlot, type ProcessPoolOptions, type Workspace } from "../processes/mod.ts";
import { frameSize } from "./animatic/layout.ts";
import type { MixedSound, MixPaths, SoundSpec } from "./animatic/sound/sound_spec.ts";
import type { AnimaticSpec } from "./animatic/spec.ts";
import { timeline, totalFrames } from "./animatic/timeline.ts";
import { lender } from "./lender.ts";
import { mediaFailures } from "./media_errors.ts";
import { mixInProcess, mixLimitMs } from "./mix_call.ts";
import { checkedOutputs, type FailedVideo, type RenderedVideo, renderFailed } from "./rendered_output.ts";
import { isMp4, isPng, takeChecked } from "./take_output.ts";

/** The options of a render. */
export interface RenderCallOptions {
  readonly signal: AbortSignal;
  /** Called with a rising number from 0 to 1 for each output. */
  readonly onProgress: (outputId: string, fraction: number) => void;
}

/** The port of rendering: a storyboard in, an MP4 for each output. */
export interface Renderer {
  readonly name: string;
  /** The maximum of concurrent renders. */
  readonly concurrency: number;
  /** The maximum of concurrent contact sheets, in addition to the renders. */
  readonly sheetsAtOnce: number;
  /**
   * Writes the video of each output to its path; an asset that cannot be shown is a warning. An output that fails does
   * not lose the others.
   *
   * @param outPaths a path for the id of each output
   * @returns the results in the order of `spec.outputs`
   * @throws {AppError} if no output could be made: `unavailable` for a full disk, `media_unreadable` if the process
   * crashed or exceeded a limit; or the signal's reason
   */
  render(
    spec: AnimaticSpec,
    outPaths: Readonly<Record<string, string>>,
    options: RenderCallOptions,
  ): Promise<{ readonly outputs: readonly (RenderedVideo | FailedVideo)[] }>;
  /**
   * Writes the sound of a film: its stems as WAV, and the soundtrack that every output gets. A sound that cannot be
   * used is a warning. The same inputs give the same samples.
   *
   * @throws {AppError} as {@linkcode Renderer.render} does
   */
  mix(spec: SoundSpec, outPaths: MixPaths, options: { signal: AbortSignal }): Promise<MixedSound>;
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
    async render(spec, outPaths, options) {
      const { signal } = options;
      using slot = await videos.enter({ signal });
      await using lent = await lendAssets(spec, slot.workspace);
      const make = (outputs: AnimaticSpec["outputs"]) =>
        renderOutputs({ ...lent.spec, outputs }, outPaths, { ...options, slot });
      try {
        return { outputs: await make(spec.outputs) };
      } catch (error) {
        if (signal.aborted || isPassing(error)) throw error;
        const plain = await withoutFonts(lent.spec, (spec) => renderOutputs(spec, outPaths, { ...options, slot }));
        signal.throwIfAborted();
        if (plain) return { outputs: plain };
        if (spec.outputs.length === 1) throw error;
        // The process failed with all outputs, although one of them may be the reason: each is tried by itself.
        const outputs: (RenderedVideo | FailedVideo)[] = [];
        for (const output of spec.outputs) {
          const made = make([output]).catch((alone: unknown) => {
            if (signal.aborted || !(alone instanceof AppError)) throw alone;
            return [{ id: output.id, error: alone }];
          });
          outputs.push(...(await made));
        }
        if (outputs.every((output) => "error" in output)) throw error;
        return { outputs };
      }
    },
    async mix(spec, outPaths, { signal }) {
      using slot = await videos.enter({ signal });
      return await mixInProcess(spec, outPaths, { slot, signal, ...limitsOf(mixLimitMs(spec)) });
    },
    async contactSheet(spec, outPath, { signal }) {
      using slot = await sheets.enter({ signal });
      await using lent = await lendAssets(spec, slot.workspace);
      await using output = slot.workspace.output(".png");
      const asked = { spec: lent.spec, outPath: output.path };
      await slot.call("contact sheet", asked, limitsOf(sheetLimitMs(spec)));
      await takeChecked(output, outPath, { maxBytes: MAX_SHEET_BYTES, signal, isWhole: isPng });
    },
    async close() {
      await Promise.all([videos.close(), sheets.close()]);
    },
  };
}

/**
 * Renders a spec again without the fonts of its brand, which are the only files that were not decoded before.
 *
 * @returns null if it has no fonts, or fails without them as well
 */
async function withoutFonts(
  spec: AnimaticSpec,
  render: (spec: AnimaticSpec) => Promise<(RenderedVideo | FailedVideo)[]>,
): Promise<(RenderedVideo | FailedVideo)[] | null> {
  if (!spec.brand?.fonts?.length) return null;
  try {
    const outputs = await render({ ...spec, brand: { ...spec.brand, fonts: [] } });
    const message = "The fonts of the brand cannot be drawn, so the text is set in others. Use other font files";
    return outputs.map((output) => {
      return "error" in output ? output : { ...output, warnings: [{ sceneNumber: null, message }, ...output.warnings] };
    });
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/**
 * Returns limits for this time on two processors, with a longer wall-clock limit: a process that waits for the
 * processor is not at fault.
 */
function limitsOf(milliseconds: number): { readonly cpuLimitMs: number; readonly timeLimitMs: number } {
  return { cpuLimitMs: 2 * milliseconds, timeLimitMs: 10 * milliseconds };
}

/**
 * Renders some outputs of a spec in one process.
 *
 * @throws {AppError} if none of them could be made
 */
async function renderOutputs(
  spec: AnimaticSpec,
  outPaths: Readonly<Record<string, string>>,
  { slot, signal, onProgress }: RenderCallOptions & { slot: PoolSlot },
): Promise<(RenderedVideo | FailedVideo)[]> {
  await using stack = new AsyncDisposableStack();
  const files = new Map(spec.outputs.map(({ id }) => [id, stack.use(slot.workspace.output(".mp4"))]));
  const paths = Object.fromEntries(Array.from(files, ([id, { path }]) => [id, path]));
  const last = new Map<string, number>();
  const note = (value: unknown) => {
    if (!Value.Check(Progress, value) || !files.has(value.output)) return;
    if (value.fraction <= (last.get(value.output) ?? 0)) return;
    last.set(value.output, value.fraction);
    onProgress(value.output, value.fraction);
  };
  const limits = limitsOf(renderLimitMs(spec));
  const answer = await slot.call("render", { spec, outPaths: paths }, { onProgress: note, ...limits });
  const outputs: (RenderedVideo | FailedVideo)[] = [];
  for (const output of checkedOutputs(answer, spec)) {
    const [file, outPath] = [files.get(output.id), outPaths[output.id]];
    if ("error" in output || !file || outPath === undefined) {
      outputs.push("error" in output ? output : { id: output.id, error: renderFailed() });
      continue;
    }
    try {
      await takeChecked(file, outPath, { maxBytes: maxVideoBytes(output), signal, isWhole: isMp4 });
      outputs.push(output);
    } catch (error) {
      if (signal.aborted || !(error instanceof AppError)) throw error;
      outputs.push({ id: output.id, error });
    }
  }
  const errors = outputs.flatMap((output) => ("error" in output ? output.error : []));
  if (errors[0] && errors.length === outputs.length) throw errors[0];
  return outputs;
}

/** A message of a render process about its progress. */
const Progress = Type.Object({ output: Type.String(), fraction: Type.Number({ exclusiveMinimum: 0, maximum: 1 }) });

/** Returns the time limit of a render, in proportion to its length, its pixels and its assets. */
export function renderLimitMs(spec: AnimaticSpec): number {
  const frames = totalFrames(timeline(spec.scenes));
  const pixels = spec.outputs.reduce((sum, { format, resolution }) => {
    const { width, height } = frameSize(format, resolution);
    return sum + frames * width * height;
  }, 0);
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

/** Returns a spec with files that the processes may read. */
async function lendAssets(
  spec: AnimaticSpec,
  workspace: Workspace,
): Promise<{ readonly spec: AnimaticSpec } & AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  const lend = lender(workspace, stack);
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
    const soundtrack = spec.soundtrack && { path: await lend(spec.soundtrack.path) };
    const brand = spec.brand && { ...spec.brand, ...(await lendBrand(spec.brand, lend)) };
    return {
      spec: { ...spec, scenes, soundtrack, ...(brand && { brand }) },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw asUnavailable(error, "read an asset");
  }
}

async function lendBrand(
  { logo, fonts }: NonNullable<AnimaticSpec["brand"]>,
  lend: (path: string) => Promise<string>,
): Promise<Partial<NonNullable<AnimaticSpec["brand"]>>> {
  const lentFonts: NonNullable<typeof fonts> = [];
  for (const font of fonts ?? []) lentFonts.push({ ...font, path: await lend(font.path) });
  return { ...(logo && { logo: { path: await lend(logo.path) } }), ...(fonts && { fonts: lentFonts }) };
}

/** Returns the maximum size of a video: several times the encoder's bit rate at 1080p, and its tables. */
function maxVideoBytes({ durationSeconds }: RenderedVideo): number {
  return Math.ceil((16 + 8 * durationSeconds) * 1024 ** 2);
}

/** The maximum size of a sheet, which is 1,680 pixels wide and as high as its scenes need. */
const MAX_SHEET_BYTES = 64 * 1024 ** 2;
