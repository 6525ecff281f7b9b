import type { Box, Layout } from "../layout.ts";
import type { Look } from "../look.ts";
import { css, LIGHTLY_SHADED_WHITE, type Palette, type Rgb, SHADED_WHITE } from "../visuals/palette.ts";
import type { TimedText } from "./caption_text.ts";
import type { Style } from "./card.ts";
import type { TextBlock } from "./fit_text.ts";
import type { Still } from "./overlay.ts";
import { drawShade, type ShadeSide } from "./shade.ts";
import { canvasOf, type Face, type Typography } from "./typography.ts";
import { placesOf } from "./word_places.ts";

/** The background of a caption: any picture, a plain ground that is dark or light, or that of a card. */
export type Ground = "picture" | "dark" | "light" | "card";

/** The area of a text, and where the text stands in it. */
export interface Place extends Box {
  align: "center" | "start";
  anchor: "top" | "middle" | "bottom";
}

/** A page of a caption, in frames of the scene. */
export interface CaptionPage {
  readonly from: number;
  readonly to: number;
  /** The ground below the text; null if it needs none. */
  readonly back: Still | null;
  /** Returns the text at a frame, with the spoken word in the accent colour. */
  text(frame: number): Still;
}

/** The options of {@linkcode captionPage}. */
export interface PageOptions {
  place: Place;
  face: Face;
  ground: Ground;
  /** The side of the frame from which a shade rises. */
  side: ShadeSide;
}

interface Skin {
  ink: string;
  accent: string;
  form: Look["caption"]["form"] | "none";
}

/** Room around the text of a plate, as multiples of the font size. */
const PAD = { x: 0.34, y: 0.12 } as const;

/** Returns the pixels that a form takes on each side of its text. */
export function padOf({ look, layout }: Style): { x: number; y: number } {
  const size = look.caption.size * layout.unit;
  return look.caption.form === "shade" ? { x: 0, y: 0 } : { x: PAD.x * size, y: PAD.y * size };
}

/** Rasterizes a page of a caption in its place. */
export function captionPage({ block, words, from, to }: TimedText, style: Style, options: PageOptions): CaptionPage {
  const skin = skinOf(options.ground, style);
  const lines = linesOf(block, style.typography, options);
  const color = words.length > 0 ? SHADED_WHITE : LIGHTLY_SHADED_WHITE;
  const back = backOf(lines, block, { skin, style, color, ...options });
  let shown: { active: number; still: Still } | null = null;
  return {
    from,
    to,
    back,
    text(frame) {
      const active = words.findLastIndex((word) => word.from <= frame);
      if (shown?.active !== active) {
        const spoken = words.map(({ text }) => text);
        shown = { active, still: textOf(lines, block, { skin, style, ...options, spoken, active }) };
      }
      return shown.still;
    },
  };
}

function skinOf(ground: Ground, { look, palette }: { look: Look; palette: Palette }): Skin {
  const own = look.ink;
  const skin = (ink: string, accent: string, form: Skin["form"]): Skin => ({
    ink: own ?? ink,
    accent: own ?? accent,
    form,
  });
  if (ground === "card") return skin(css(palette.ink), css(palette.accent), "none");
  if (ground === "light") return skin("#15171c", css(palette.paperAccent), "none");
  if (ground === "dark") return skin("#fff", css(palette.spark), "none");
  if (look.caption.form === "plate") return skin(css(palette.ink), css(palette.accent), "plate");
  if (look.caption.form === "pill") return skin("#15171c", css(palette.paperAccent), "pill");
  return skin("#fff", css(palette.captionAccent), "shade");
}

interface Line {
  text: string;
  x: number;
  width: number;
  top: number;
}

function linesOf(block: TextBlock, typography: Typography, { place, face }: PageOptions): Line[] {
  const { x, y, width, height, align, anchor } = place;
  const free = height - block.height;
  const top = Math.round(y + (anchor === "top" ? 0 : anchor === "bottom" ? free : free / 2));
  return block.lines.map((text, index) => {
    const own = typography.width(text, face, block.size);
    const start = block.direction === "rtl" ? x + width - own : x;
    return {
      text,
      x: align === "center" ? x + (width - own) / 2 : start,
      width: own,
      top: top + index * block.lineHeight,
    };
  });
}

/** Returns the box around some lines, with room on each side. */
function around(lines: readonly Line[], { lineHeight }: TextBlock, room: { x: number; y: number }): Box {
  const left = Math.min(...lines.map(({ x }) => x)) - room.x;
  const right = Math.max(...lines.map(({ x, width }) => x + width)) + room.x;
  const top = Math.min(...lines.map((line) => line.top)) - room.y;
  const bottom = Math.max(...lines.map((line) => line.top)) + lineHeight + room.y;
  const [x, y] = [Math.floor(left), Math.floor(top)];
  return { x, y, width: Math.ceil(right) - x, height: Math.ceil(bottom) - y };
}

type DrawOptions = PageOptions & { skin: Skin; style: Style };

function backOf(
  lines: readonly Line[],
  block: TextBlock,
  { skin, style, side, color }: DrawOptions & { color: Rgb },
): Still | null {
  const { layout, palette } = style;
  const { unit } = layout;
  if (lines.length === 0 || skin.form === "none") return null;
  if (skin.form === "shade") return drawShade(around(lines, block, { x: 0, y: 0 }), { layout, side, color });
  const pad = { x: PAD.x * block.size, y: PAD.y * block.size };
  const box = around(lines, block, { x: pad.x + 2, y: pad.y + 2 });
  const canvas = canvasOf(box);
  const context = canvas.getContext("2d");
  context.translate(-box.x, -box.y);
  if (skin.form === "plate") {
    context.fillStyle = css(palette.ground);
    for (const { x, width, top } of lines) {
      context.fillRect(Math.round(x - pad.x), top, Math.round(width + 2 * pad.x), block.lineHeight + 1);
    }
  } else {
    const inner = around(lines, block, pad);
    context.fillStyle = "rgba(255, 255, 255, 0.96)";
    context.beginPath();
    context.roundRect(inner.x, inner.y, inner.width, inner.height, Math.min(26 * unit, inner.height / 2));
    context.fill();
  }
  return { canvas, box };
}

function textOf(
  lines: readonly Line[],
  block: TextBlock,
  { skin, style, face, spoken, active }: DrawOptions & { spoken: readonly string[]; active: number },
): Still {
  const { layout, typography } = style;
  const { unit } = layout;
  const box = around(lines, block, { x: 12 * unit, y: 8 * unit });
  const canvas = canvasOf(box);
  const context = canvas.getContext("2d");
  context.translate(-box.x, -box.y);
  context.font = typography.font(face, block.size);
  context.direction = block.direction;
  context.textAlign = "left";
  if (skin.form === "shade") {
    context.shadowColor = "rgba(0, 0, 0, 0.5)";
    context.shadowBlur = 6 * unit;
    context.shadowOffsetY = 1.5 * unit;
  }
  let next = 0;
  for (const line of lines) {
    const baseline = Math.round(line.top + (block.lineHeight + block.size * 0.72) / 2);
    const parts = partsOf(line.text, spoken, next);
    next += parts.filter(({ index }) => index !== null).length;
    context.fillStyle = skin.ink;
    if (!parts.some(({ index }) => index === active)) {
      context.fillText(line.text, line.x, baseline);
      continue;
    }
    const measure = (part: string): number => typography.width(part, face, block.size);
    const places = placesOf(parts, { ...line, direction: block.direction }, measure);
    for (const [at, { text, index }] of parts.entries()) {
      context.fillStyle = index === active ? skin.accent : skin.ink;
      context.fillText(text, places[at] ?? line.x, baseline);
    }
  }
  return { canvas, box };
}

/** Divides a line at the spoken words in it: each with the text before it on the line. */
function partsOf(
  line: string,
  spoken: readonly string[],
  first: number,
): { before: string; text: string; index: number | null }[] {
  const parts: { before: string; text: string; index: number | null }[] = [];
  let at = 0;
  for (let index = first; index < spoken.length; index++) {
    const word = spoken[index] ?? "";
    const start = line.indexOf(word, at);
    if (start < 0 || word === "") break;
    const between = line.slice(at, start);
    if (between.trim() !== "") parts.push({ before: line.slice(0, at), text: between, index: null });
    parts.push({ before: line.slice(0, start), text: word, index });
    at = start + word.length;
  }
  const rest = line.slice(at);
  if (rest.trim() !== "") parts.push({ before: line.slice(0, at), text: rest, index: null });
  return parts;
}

/** Returns the page of a caption at a frame of the scene; undefined between two groups of words. */
export function pageAt(pages: readonly CaptionPage[], frame: number): CaptionPage | undefined {
  return pages.find(({ from, to }) => frame >= from && frame < to);
}

/** Returns the largest width and height of some pages, with the room that their form takes. */
export function sizeOf(pages: readonly TimedText[], { layout }: { layout: Layout }, pad: { x: number; y: number }) {
  const width = Math.max(0, ...pages.map(({ block }) => block.width)) + 2 * pad.x;
  return {
    width: Math.min(layout.safe.width, width),
    height: Math.max(0, ...pages.map(({ block }) => block.height)) + 2 * pad.y,
  };
}
