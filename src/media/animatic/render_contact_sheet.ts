import { rename, rm, writeFile } from "node:fs/promises";
import { abortable } from "../../core/abortable.ts";
import { writeError } from "../../core/shortage.ts";
import { prepareScene } from "./scene.ts";
import { openFootage } from "./scene_footage.ts";
import { drawSheet, type SheetCell } from "./sheet.ts";
import { type AnimaticSpec, type AnimaticWarning, firstOutput } from "./spec.ts";
import { stylesOf } from "./spec_style.ts";
import type { Style } from "./text/card.ts";
import { canvasOf } from "./text/typography.ts";
import { type TimedScene, timeline } from "./timeline.ts";
import { provideWebCodecs } from "./web_codecs.ts";

/** The result of {@linkcode renderContactSheet}. */
export interface ContactSheetResult {
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  warnings: AnimaticWarning[];
}

/**
 * Draws all scenes of a storyboard on one sheet, as a PNG: a picture from the middle of each scene with its number,
 * duration, shot, transition and script. `outPath` appears only when it is complete.
 *
 * @throws {AppError} `unavailable` if the disk is full; the signal's reason if the work is aborted
 */
export async function renderContactSheet(
  spec: AnimaticSpec,
  outPath: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<ContactSheetResult> {
  provideWebCodecs();
  const warnings: AnimaticWarning[] = [];
  const output = { ...firstOutput(spec), resolution: "480p" as const };
  const [style] = await stylesOf(spec, [output], (message) => warnings.push({ sceneNumber: null, message }));
  if (!style) throw new RangeError("Cannot draw a contact sheet: the spec has no output");
  const cells: SheetCell[] = [];
  const scenes = timeline(spec.scenes);
  for (const timed of scenes) {
    signal?.throwIfAborted();
    const warn = (message: string): void => {
      warnings.push({ sceneNumber: timed.scene.sceneNumber, message });
    };
    cells.push({ scene: timed.scene, picture: await abortable(tellingPicture(timed, { spec, style, warn }), signal) });
  }
  const sheet = drawSheet(spec, cells, style);
  const part = `${outPath}.part`;
  try {
    const bytes = await abortable(sheet.encode("png"), signal);
    await writeFile(part, bytes, { mode: 0o600, flush: true });
    await rename(part, outPath);
  } catch (error) {
    await rm(part, { force: true });
    signal?.throwIfAborted();
    throw writeError("the contact sheet", error);
  }
  return { width: sheet.width, height: sheet.height, warnings };
}

/**
 * The position of a scene's picture, as a share of its length: near the middle, but outside the dissolve of two assets.
 */
const TELLING = 0.42;

async function tellingPicture(
  timed: TimedScene,
  { spec, style, warn }: { spec: AnimaticSpec; style: Style; warn: (message: string) => void },
) {
  const [canvas, scratch] = [canvasOf(style.layout), canvasOf(style.layout)];
  const footage = await openFootage(timed, { sizes: [style.layout], warn, bare: true });
  const scene = await prepareScene(timed, { spec, footage, style, scratch, warn, last: false, bare: true });
  try {
    await scene.draw(canvas.getContext("2d"), Math.floor(timed.frames * TELLING));
    return canvas;
  } finally {
    scene.close();
    for (const each of footage) each.close();
  }
}
