import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";
import { type SceneFootage, seenFrames } from "./scene_footage.ts";
import { sequence, slots } from "./sequence.ts";
import type { AnimaticSpec } from "./spec.ts";
import { captionOf, pageAt } from "./text/caption.ts";
import { cardGround, cardWords, type Style } from "./text/card.ts";
import { closingCard, closingFrames } from "./text/closing_card.ts";
import { legibleText, lostText } from "./text/legible_text.ts";
import { composite } from "./text/overlay.ts";
import { shotName, slateOf } from "./text/slate.ts";
import { FPS, type TimedScene } from "./timeline.ts";
import { mix } from "./transition.ts";
import { cameraMove, closestZoom } from "./visuals/camera.ts";
import { stillVisual, type Visual } from "./visuals/visual.ts";

/** A scene in the shape of one output, with its texts rasterized, ready to draw frame by frame. */
export interface PreparedScene {
  /** Draws a frame of the scene, counted from 0; later frames continue the picture below a dissolve. */
  draw(context: SKRSContext2D, frame: number): Promise<void>;
  close(): void;
}

/** The options of {@linkcode prepareScene}. */
export interface SceneOptions {
  spec: AnimaticSpec;
  /** The opened assets of the scene, which stay open until it is closed. */
  footage: readonly SceneFootage[];
  style: Style;
  /** A scratch canvas of the frame's size, free to use while a frame is drawn. */
  scratch: Canvas;
  /** Receives a sentence about this scene for each problem. */
  warn: (message: string) => void;
  /** True for the last scene, which ends with the closing card. */
  last: boolean;
  /** Omits captions and slate, as on a contact sheet. */
  bare?: boolean;
}

/** Frames of a caption's fade in or out. */
const CAPTION_FADE = 6;
/** The minimum of seconds that a page of a caption is shown. */
const PAGE_SECONDS = 1.5;
/** Frames of the closing card's fade in. */
const CLOSING_IN = 9;

/** Composes a scene for one output: its assets in the output's shape, and its texts. */
export async function prepareScene(timed: TimedScene, options: SceneOptions): Promise<PreparedScene> {
  const { scene, frames } = timed;
  const { style, warn, bare = false } = options;
  const texts = sceneTexts(timed, options);
  const visual = await sceneVisual(timed, options);
  const pages = Math.max(1, Math.floor(frames / FPS / PAGE_SECONDS));
  const caption = bare
    ? null
    : captionOf(texts.script, style, { ground: visual.ground, samples: visual.samples, pages });
  if (caption?.cut) warn("The script is longer than its scene can show, so the caption ends with an ellipsis");
  if (visual.isCard && !bare) {
    const { lost } = legibleText(scene.description, style.typography);
    if (lost.length > 0) warn(lostText("description", lost));
  }
  const words = visual.isCard
    ? cardWords(texts, style, bare || !caption ? style.layout.height : caption.textTop)
    : null;
  if (words?.cut && !bare) warn("The description is longer than its card can hold, so it ends with an ellipsis");
  const slate = bare || words ? null : slateOf({ sceneNumber: scene.sceneNumber, shot: texts.shot }, style);
  const ending = options.last && !bare ? closingFrames(frames, FPS) : 0;
  const closing = ending > 0 ? closingCard(texts, style) : null;
  if (closing?.cut) warn("The call to action or the product is longer than the closing card can hold, so it is cut");
  const closingIn = Math.min(CLOSING_IN, Math.floor(ending / 3));

  return {
    async draw(context, frame) {
      const intoClosing = frame - (frames - ending);
      const covered = closing && intoClosing >= 0 ? mix(intoClosing, closingIn) : 0;
      if (covered < 1) {
        await visual.draw(context, frame);
        if (words) composite(context, words);
        const page = caption && pageAt(caption, frame / Math.max(1, frames - ending));
        if (page) composite(context, page, textOpacity(frame, timed));
        if (slate) composite(context, slate, textOpacity(frame, timed));
      }
      if (closing) composite(context, closing, covered);
    },
    close: () => visual.close(),
  };
}

/**
 * Returns the opacity of a caption, which fades in after a dissolve and out before one: two texts in one place are
 * illegible.
 */
function textOpacity(frame: number, { frames, enter, leave }: TimedScene): number {
  const length = Math.min(CAPTION_FADE, Math.floor(frames / 6));
  const begin = enter.kind === "dissolve" ? Math.floor(enter.frames / 2) : 0;
  if (frame < begin) return 0;
  const left = frames - 1 - frame;
  if (leave.kind === "dissolve" && left < length) return left < 0 ? 0 : mix(left, length);
  return mix(frame - begin, length);
}

function sceneTexts({ scene }: TimedScene, { spec, style, warn }: SceneOptions) {
  const set = (text: string, what: string): string => {
    const { text: set, lost } = legibleText(text, style.typography);
    if (lost.length > 0) warn(lostText(what, lost));
    return set;
  };
  const shot = legibleText(shotName(scene.shotType), style.typography).text;
  const product = legibleText(spec.product, style.typography).text;
  return {
    script: set(scene.script, "script"),
    shot,
    product,
    eyebrow: shot === "" ? `Scene ${scene.sceneNumber}` : `Scene ${scene.sceneNumber} — ${shot}`,
    headline: legibleText(scene.description, style.typography).text || product,
    callToAction: legibleText(spec.callToAction, style.typography).text,
  };
}

async function sceneVisual(timed: TimedScene, options: SceneOptions): Promise<Visual & { isCard: boolean }> {
  const { footage, style, scratch } = options;
  const { layout, palette } = style;
  const { shotType, sceneNumber } = timed.scene;
  const seen = seenFrames(timed);
  const plan = slots(seen, footage.length);
  const row: { visual: Visual; start: number }[] = [];
  for (const [index, asset] of footage.entries()) {
    const { start, frames } = plan[index] ?? { start: 0, frames: seen };
    const move = cameraMove(shotType, { seconds: frames / FPS, mirrored: (sceneNumber + index) % 2 === 0 });
    const frame = { width: layout.width, height: layout.height };
    row.push({ visual: await asset.visual({ frame, frames, palette, move }), start });
  }
  const [only] = row;
  if (!only) return { ...card(timed, style), isCard: true };
  return { ...(row.length === 1 ? only.visual : sequence(row, scratch)), isCard: false };
}

function card(timed: TimedScene, style: Style): Visual {
  const seen = seenFrames(timed);
  const mirrored = timed.scene.sceneNumber % 2 === 0;
  const move = cameraMove("tracking", { seconds: seen / FPS, mirrored });
  const ground = cardGround(style, { scale: closestZoom(move), turn: timed.scene.sceneNumber });
  return stillVisual({ canvas: ground, ground: style.palette.ink[0] > 128 ? "dark" : "light" }, move, {
    frame: style.layout,
    frames: seen,
    plain: true,
  });
}
