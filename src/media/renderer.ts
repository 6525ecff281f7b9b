import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { AppError } from "../errors.ts";
import { createProcessPool, type ProcessPoolOptions } from "../processes/mod.ts";
import type { AnimaticSpec } from "./animatic/mod.ts";
import { mediaFailures } from "./refusal.ts";

const Warnings = Type.Array(
  Type.Object({ sceneNumber: Type.Union([Type.Integer(), Type.Null()]), message: Type.String() }),
);

/** What a render made. */
const RenderedVideo = Type.Object({
  /** pixels */
  width: Type.Integer(),
  /** pixels */
  height: Type.Integer(),
  durationSeconds: Type.Number(),
  warnings: Warnings,
});
/** What a render made, besides the file. */
export type RenderedVideo = Static<typeof RenderedVideo>;

/** The port of rendering: a storyboard in, an MP4 out. */
export interface Renderer {
  readonly name: string;
  /** How many renders may be under way. */
  readonly concurrency: number;
  /** How many contact sheets may be drawn at once, beside the renders. */
  readonly sheetsAtOnce: number;
  /**
   * Writes the video to `outPath`; an asset that cannot be shown is a warning.
   *
   * @param options.onProgress called with a rising number from 0 to 1
   * @throws {AppError} `unavailable` for a full disk, `media_unreadable` when the process crashed or met a limit; or
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

/** Ten times what three minutes of 1080p take on two slow cores. */
const TIME_LIMIT_MS = 3_600_000;

/** Each takes all of a core, and the renders have them, too. */
const SHEETS_AT_ONCE = 1;

/** The default renderer: an animatic, made in processes of its own. */
export function createAnimaticRenderer(options: Partial<ProcessPoolOptions> = {}): Renderer {
  const concurrency = options.processes ?? availableParallelism();
  const poolOptions = {
    name: "render process",
    failures: mediaFailures,
    script: new URL("./render_process.ts", import.meta.url),
    timeLimitMs: TIME_LIMIT_MS,
    memoryLimitBytes: 2 * 1024 ** 3,
    ...options,
  };
  const videos = createProcessPool({ ...poolOptions, processes: concurrency });
  // A sheet takes a second and somebody looks at the page: it must not wait behind videos.
  const sheets = createProcessPool({ ...poolOptions, processes: SHEETS_AT_ONCE, timeLimitMs: 60_000 });

  /** A process that was killed, e.g. because it did not end in time when it was told to, leaves its part behind. */
  async function withoutRest<Made>(outPath: string, work: (path: string) => Promise<Made>): Promise<Made> {
    const path = resolve(outPath);
    try {
      return await work(path);
    } finally {
      await rm(`${path}.part`, { force: true });
    }
  }

  return {
    name: "animatic",
    concurrency,
    sheetsAtOnce: SHEETS_AT_ONCE,
    async render(spec, outPath, { signal, onProgress }) {
      const note = (value: unknown) => {
        if (typeof value === "number") onProgress(value);
      };
      const made = await withoutRest(outPath, (path) =>
        videos.call("render", { spec, outPath: path }, { signal, onProgress: note }),
      );
      if (!Value.Check(RenderedVideo, made))
        throw new AppError("internal", "Cannot render the video: the renderer failed");
      return made;
    },
    async contactSheet(spec, outPath, { signal }) {
      await withoutRest(outPath, (path) => sheets.call("contact sheet", { spec, outPath: path }, { signal }));
    },
    async close() {
      await Promise.all([videos.close(), sheets.close()]);
    },
  };
}
