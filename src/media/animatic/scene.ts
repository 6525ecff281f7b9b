import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";
import { roomFor, sequence, slots } from "./sequence.ts";
import type { AnimaticAsset, AnimaticSpec } from "./spec.ts";
import { captionOf, pageAt } from "./text/caption.ts";
import { cardGround, cardWords, type Style } from "./text/card.ts";
import { closingCard, closingFrames } from "./text/closing_card.ts";
import { legibleText, lostText } from "./text/legible_text.ts";
import { composite } from "./text/overlay.ts";
import { shotName, slateOf } from "./text/slate.ts";
import { FPS, type TimedScene } from "./timeline.ts";
import { mix } from "./transition.ts";
import { titleOf, unusableReason } from "./unusable.ts";
import { openAnimation } from "./visuals/animation.ts";
import { calmed, cameraMove, closestZoom } from "./visuals/camera.ts";
import { openClip } from "./visuals/clip.ts";
import { imagePlate } from "./visuals/picture.ts";
import { stillVisual, type Visual } from "./visuals/visual.ts";

/** A scene with decoded assets and rasterized texts, ready to draw frame by frame. */
export interface PreparedScene {
  /** Draws a frame of the scene, counted from 0; later frames continue the picture below a dissolve. */
  draw(context: SKRSContext2D, frame: number): Promise<void>;
  close(): void;
}

/** The options of {@linkcode prepareScene}. */
export interface SceneOptions {
  spec: AnimaticSpec;
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

/** Reads a scene's assets and lays out its texts. An asset that cannot be read becomes a warning, never an error. */
export async function prepareScene(timed: TimedScene, options: SceneOptions): Promise<PreparedScene> {
  const { scene, frames } = timed;
  const { style, warn, bare = false } = options;
  const texts = sceneTexts(timed, options);
  // A dissolve into the next scene shows this one beyond its own frames.
  const seen = frames + (timed.leave.kind === "dissolve" ? timed.leave.frames : 0);
  const visual = await sceneVisual(scene.assets, { ...options, timed, seen });
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

type VisualOptions = SceneOptions & { timed: TimedScene; seen: number };

async function sceneVisual(
  assets: readonly AnimaticAsset[],
  options: VisualOptions,
): Promise<Visual & { isCard: boolean }> {
  const { timed, seen, scratch, warn } = options;
  const wanted = assets.filter(({ kind }) => kind !== "audio").slice(0, roomFor(timed.frames));
  // Opened one by one, because the slots are shared among the readable ones.
  const opened: Visual[] = [];
  const plan = slots(seen, wanted.length);
  for (const [index, asset] of wanted.entries()) {
    try {
      opened.push(await openVisual(asset, { ...options, frames: plan[index]?.frames ?? seen, turn: index }));
    } catch (error) {
      const noun = asset.kind === "image" ? "image" : "video";
      warn(`${titleOf(noun, asset)} cannot be shown: ${unusableReason(error)}`);
    }
  }
  const [only] = opened;
  if (!only) return { ...card(options), isCard: true };
  // Without this, an unreadable asset would leave a gap: the last readable one fills the rest of the scene.
  if (opened.length === 1) return { ...only, isCard: false };
  const starts = slots(seen, opened.length);
  const row = opened.map((visual, index) => ({ visual, start: starts[index]?.start ?? 0 }));
  return { ...sequence(row, scratch), isCard: false };
}

async function openVisual(
  asset: AnimaticAsset,
  options: VisualOptions & { frames: number; turn: number },
): Promise<Visual> {
  const { style, timed, frames, turn, warn, bare = false } = options;
  const frame = { width: style.layout.width, height: style.layout.height };
  if (asset.kind === "video") {
    const onBroken = (error: unknown): void => warn(`${titleOf("video", asset)} stops early: ${unusableReason(error)}`);
    return await openClip(asset.path, { frame, fps: FPS, onBroken, still: bare });
  }
  if (asset.animation !== undefined && !bare) {
    const animation = await openAnimation(asset.animation, {
      ...{ frame, fps: FPS, frames, warn, palette: style.palette },
    }).catch((error: unknown) => {
      warn(`${titleOf("animation", asset)} stands still: ${unusableReason(error)}`);
      return null;
    });
    if (animation) return animation;
  }
  const move = cameraMove(timed.scene.shotType, {
    seconds: frames / FPS,
    mirrored: (timed.scene.sceneNumber + turn) % 2 === 0,
  });
  const scale = closestZoom(move);
  const plate = await imagePlate(
    asset.path,
    { width: frame.width * scale, height: frame.height * scale },
    style.palette,
  );
  return stillVisual(plate, plate.isPortrait ? calmed(move) : move, { frame, frames });
}

function card({ style, timed, seen }: VisualOptions): Visual {
  const mirrored = timed.scene.sceneNumber % 2 === 0;
  const move = cameraMove("tracking", { seconds: seen / FPS, mirrored });
  const ground = cardGround(style, { scale: closestZoom(move), turn: timed.scene.sceneNumber });
  return stillVisual({ canvas: ground, ground: style.palette.ink[0] > 128 ? "dark" : "light" }, move, {
    frame: style.layout,
    frames: seen,
    plain: true,
  });
}
