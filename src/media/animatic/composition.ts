import type { Canvas } from "@napi-rs/canvas";
import { type Box, type Split, splitOf } from "./layout.ts";
import { seenFrames } from "./scene_footage.ts";
import { sequence, slots } from "./sequence.ts";
import {
  type CaptionPage,
  captionPage,
  type Ground,
  type PageOptions,
  type Place,
  padOf,
  sizeOf,
} from "./text/caption.ts";
import { type CaptionText, setCaption, type TimedText } from "./text/caption_text.ts";
import { cardGround, type Style } from "./text/card.ts";
import type { Still } from "./text/overlay.ts";
import { type Candidate, candidatesOf, placeCaption } from "./text/place_caption.ts";
import { canvasOf } from "./text/typography.ts";
import { FPS, type TimedScene } from "./timeline.ts";
import { amplified, cameraMove } from "./visuals/camera.ts";
import type { Footage, Visual } from "./visuals/visual.ts";

/** A picture and a caption in one frame, neither of which covers the other. */
export interface Composition {
  visual: Visual;
  /** The part of the frame that the visual fills. */
  picture: Box;
  /** The ground beside or below the picture; null if the picture fills the frame. */
  panel: Still | null;
  pages: readonly CaptionPage[];
  /** True if the caption was cut with an ellipsis. */
  cut: boolean;
}

/** The options of {@linkcode compose}. */
export interface ComposeOptions {
  timed: TimedScene;
  style: Style;
  /** A scratch canvas of the frame's size. */
  scratch: Canvas;
  /** The caption; null for none. */
  caption: CaptionText | null;
  /** Units at the top that a slate or a logo takes. */
  head: number;
}

/**
 * Composes the assets of a scene with its caption: a picture that fills the frame has the caption where it is calm and
 * its subject is not covered; one that does not, or has no calm place, shares the frame with a panel for the text.
 */
export async function compose(footage: readonly Footage[], options: ComposeOptions): Promise<Composition> {
  const { style, caption } = options;
  const { layout } = style;
  const whole: Box = { x: 0, y: 0, width: layout.width, height: layout.height };
  const fills = footage.every((asset) => asset.fills(layout));
  if (!caption) {
    const visual = await visualOf(footage, { ...options, picture: whole, area: layout.safe });
    return { visual, picture: whole, panel: null, pages: [], cut: false };
  }
  if (fills) {
    const cutOut = footage.every(({ isCutOut }) => isCutOut);
    const area = cutOut ? aboveCaption(options) : layout.safe;
    const visual = await visualOf(footage, { ...options, picture: whole, area });
    const placed = overlay(visual, { ...options, caption, cutOut });
    if (placed) return { visual, picture: whole, panel: null, ...placed };
    visual.close();
  }
  const isTall = !fills && footage.some(({ size }) => size.height > size.width);
  const { size, leading } = style.look.caption;
  const split = splitOf(layout, { isTall, lineHeight: ON_PANEL * size * leading * layout.unit });
  const visual = await visualOf(footage, { ...options, picture: split.picture, area: split.picture });
  return { visual, picture: split.picture, panel: panelOf(split, options), ...beside(split, { ...options, caption }) };
}

/** Returns the part of the safe zone that a caption at the foot leaves free. */
function aboveCaption({ style, head }: ComposeOptions): Box {
  const { layout, look } = style;
  const { safe, unit } = layout;
  const lines = layout.width > layout.height ? 2 : 3;
  const taken = lines * look.caption.size * look.caption.leading * unit + 2 * padOf(style).y + 16 * unit;
  const y = safe.y + head * unit;
  return { ...safe, y, height: Math.max(safe.height * 0.3, safe.y + safe.height - taken - y) };
}

interface Placed {
  pages: readonly CaptionPage[];
  cut: boolean;
}

function overlay(
  visual: Visual,
  { style, caption, head, cutOut }: ComposeOptions & { caption: CaptionText; cutOut: boolean },
): Placed | null {
  const { layout, look } = style;
  const pad = visual.ground === "picture" ? padOf(style) : { x: 0, y: 0 };
  const set = new Map<Candidate, TimedText[]>();
  const all = candidatesOf(layout, { align: look.caption.align, head });
  const candidates = cutOut ? all.slice(0, 1) : all;
  const chosen = placeCaption(candidates, {
    layout,
    samples: cutOut ? [] : visual.samples,
    measure(candidate) {
      const pages = setIn(candidate, { style, caption, pad });
      set.set(candidate, pages);
      const isColumn = candidate.side === "left" || candidate.side === "right";
      // A column is too narrow for a text that needs more pages there.
      if (isColumn && (pages.length > 1 !== caption.byWords || isCut(pages))) return null;
      return sizeOf(pages, style, pad);
    },
  });
  if (!chosen) return null;
  const pages = set.get(chosen) ?? [];
  const { side } = chosen;
  return { pages: drawn(pages, style, { place: inset(chosen, pad), ground: visual.ground, side }), cut: isCut(pages) };
}

/** The size of a caption on a panel, which has more room, as a multiple. */
const ON_PANEL = 1.2;

function beside(split: Split, { style, caption }: ComposeOptions & { caption: CaptionText }): Placed {
  const { text, panel } = split;
  const { align } = style.look.caption;
  const isColumn = panel.height === style.layout.height;
  const place: Place = { ...text, align: isColumn ? "start" : align, anchor: "middle" };
  const { face, size } = style.look.caption;
  const pages = setIn(place, { style, caption, pad: { x: 0, y: 0 }, size: { face, max: size * ON_PANEL } });
  return { pages: drawn(pages, style, { place, ground: "card", side: "foot" }), cut: isCut(pages) };
}

/** Sets a caption in a place, as large as the look has it. */
export function setIn(
  place: Place,
  {
    style,
    caption,
    pad,
    size,
  }: {
    style: Style;
    caption: CaptionText;
    pad: { x: number; y: number };
    size?: { max: number; face: "regular" | "semibold" | "bold" };
  },
): TimedText[] {
  const { layout, look, typography } = style;
  const { face, min, leading } = look.caption;
  return setCaption(caption, typography, {
    face: size?.face ?? face,
    leading,
    width: place.width - 2 * pad.x,
    height: place.height - 2 * pad.y,
    max: (size?.max ?? look.caption.size) * layout.unit,
    min: Math.max(SMALLEST, min * layout.unit),
  });
}

/** The smallest caption in pixels: a small phone shows 480 lines at half of their size or less. */
const SMALLEST = 20;

function inset(place: Place, pad: { x: number; y: number }): Place {
  const { x, y, width, height } = place;
  return { ...place, x: x + pad.x, y: y + pad.y, width: width - 2 * pad.x, height: height - 2 * pad.y };
}

function isCut(pages: readonly TimedText[]): boolean {
  return pages.some(({ block }) => block.cut);
}

function drawn(
  pages: readonly TimedText[],
  style: Style,
  options: { place: Place; ground: Ground; side: PageOptions["side"] },
): CaptionPage[] {
  const { face } = style.look.caption;
  return pages.map((page) => captionPage(page, style, { ...options, face }));
}

function panelOf({ panel }: Split, { style, timed }: ComposeOptions): Still {
  const canvas = canvasOf(panel);
  const ground = cardGround(style, { scale: 1, turn: timed.scene.sceneNumber });
  canvas.getContext("2d").drawImage(ground, -panel.x, -panel.y);
  return { canvas, box: panel };
}

async function visualOf(
  footage: readonly Footage[],
  { timed, style, scratch, picture, area }: ComposeOptions & { picture: Box; area: Box },
): Promise<Visual> {
  const { shotType, sceneNumber } = timed.scene;
  const { motion } = style.look;
  const plan = slots(seenFrames(timed), footage.length);
  const row: { visual: Visual; start: number }[] = [];
  for (const [index, asset] of footage.entries()) {
    const { start, frames } = plan[index] ?? { start: 0, frames: timed.frames };
    const shot = cameraMove(shotType, { seconds: frames / FPS, mirrored: (sceneNumber + index) % 2 === 0 });
    const visual = await asset.visual({
      frame: { width: picture.width, height: picture.height },
      frames,
      palette: style.palette,
      move: amplified(shot, motion.amount),
      ease: motion.ease,
      area: { ...area, x: area.x - picture.x, y: area.y - picture.y },
    });
    row.push({ visual, start });
  }
  const [only] = row;
  return only && row.length === 1 ? only.visual : sequence(row, scratch);
}
