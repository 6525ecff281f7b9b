import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";
import type { Box, Layout } from "../layout.ts";
import { busyness } from "../visuals/calm.ts";
import { pagesOf } from "./caption_pages.ts";
import { directionOf } from "./direction.ts";
import { fitText } from "./fit_text.ts";
import type { Still } from "./overlay.ts";
import { canvasOf, type Typography } from "./typography.ts";

/** The background of a caption: any picture, or a plain ground that is dark or light. */
export type Ground = "picture" | "dark" | "light";

/** A caption in one or more pages, and the top of its text. */
export interface Caption {
  /** Pages shown one after the other, each for a time in proportion to its length. */
  pages: (Still & { letters: number })[];
  /** Pixels from the top of the frame to the text at the foot; the frame's height if there is no such text. */
  textTop: number;
  /** True if text was cut with an ellipsis. */
  cut: boolean;
}

/** The options of {@linkcode captionOf}. */
export interface CaptionOptions {
  ground: Ground;
  /** Small copies of the pictures behind the caption. */
  samples: readonly Canvas[];
  /** The maximum of pages: each must be shown long enough to be read. */
  pages: number;
}

/** Units between the start of the shade and the start of the text. */
const SHADE = 250;

/** The busyness below which an area is part of a plain ground, with its soft light. */
const PLAIN = 0.5;

/** The thresholds by which the foot must be busier than the head before a caption moves to the head. */
const BUSIER = { times: 1.5, by: 1.5 } as const;

/**
 * Rasterizes the script of a scene as a caption. It stands at the foot, or at the head if that is much calmer,
 * such as above a product that reaches down to the edge. Over a picture it is white on a shade that rises from the edge,
 * dark enough for a contrast of at least 7 over pure white; on a plain ground it needs none.
 *
 * A script that does not fit at the smallest legible size is shown page by page.
 *
 * @returns null if there is no text
 */
export function captionOf(
  text: string,
  style: { layout: Layout; typography: Typography },
  options: CaptionOptions,
): Caption | null {
  if (text === "") return null;
  const { layout, typography } = style;
  const room = { face: "semibold", ...layout.caption, ...layout.captionSize } as const;
  const direction = directionOf(text, typography.language);
  const blocks = pagesOf(text, typography, room, options.pages).map((page) => {
    return fitText(page, typography, { ...room, direction });
  });
  const tallest = Math.max(...blocks.map(({ height }) => height));
  const { caption, captionAbove } = layout;
  const foot: Box = { ...caption, y: caption.y + caption.height - tallest, height: tallest };
  const head: Box = { ...captionAbove, height: tallest };
  const [low, high] = [foot, head].map((box) => busyness(options.samples, box, layout));
  const isAbove = (low ?? 0) > (high ?? 0) * BUSIER.times + BUSIER.by;
  // A cut-out on its plain ground may extend below the text.
  const isPlain = options.ground !== "picture" && ((isAbove ? high : low) ?? 0) < PLAIN;
  const ground = isPlain ? options.ground : options.samples.length > 0 ? "picture" : options.ground;
  const pages = blocks.map((block) => {
    const top = isAbove ? captionAbove.y : caption.y + caption.height - block.height;
    return { ...pageOf(block, style, { ground, top, isAbove }), letters: block.lines.join("").length };
  });
  return { pages, textTop: isAbove ? layout.height : foot.y, cut: blocks.some(({ cut }) => cut) };
}

/** Returns the page of a caption that is shown at a relative time of its scene, 0 to 1. */
export function pageAt({ pages }: Caption, moment: number): Still | undefined {
  const all = pages.reduce((sum, { letters }) => sum + letters, 0);
  let end = 0;
  return (
    pages.find(({ letters }) => {
      end += letters;
      return moment * all < end;
    }) ?? pages.at(-1)
  );
}

function pageOf(
  block: ReturnType<typeof fitText>,
  { layout, typography }: { layout: Layout; typography: Typography },
  { ground, top, isAbove }: { ground: Ground; top: number; isAbove: boolean },
): Still {
  const { unit } = layout;
  const shade = Math.round((ground === "picture" ? SHADE : 12) * unit);
  const from = isAbove ? 0 : Math.max(0, top - shade);
  const to = isAbove ? Math.min(layout.height, top + block.height + shade) : layout.height;
  const box: Box = { x: 0, y: from, width: layout.width, height: to - from };
  const canvas = canvasOf(box);
  const context = canvas.getContext("2d");
  if (ground === "picture") {
    const clear = isAbove ? to - (top + block.height) : top - from;
    drawShade(context, box, { textAt: Math.min(0.9, Math.max(0.05, clear / box.height)), isAbove });
  }

  context.font = typography.font("semibold", block.size);
  context.direction = block.direction;
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.fillStyle = ground === "light" ? "#15171c" : "#fff";
  if (ground === "picture") {
    context.shadowColor = "rgba(0, 0, 0, 0.5)";
    context.shadowBlur = 6 * unit;
    context.shadowOffsetY = 1.5 * unit;
  }
  block.lines.forEach((line, index) => {
    const baseline = top - box.y + index * block.lineHeight + (block.lineHeight + block.size * 0.72) / 2;
    context.fillText(line, layout.width / 2, Math.round(baseline));
  });
  return { canvas, box, cut: block.cut };
}

/**
 * Draws a shade from clear to full darkness at the start of the text, eased at both ends so that no edge is visible.
 */
function drawShade(context: SKRSContext2D, box: Box, { textAt, isAbove }: { textAt: number; isAbove: boolean }): void {
  const gradient = context.createLinearGradient(0, isAbove ? box.height : 0, 0, isAbove ? 0 : box.height);
  const steps = 16;
  for (let i = 0; i <= steps; i++) {
    const at = i / steps;
    gradient.addColorStop(at * textAt, `rgba(6, 8, 12, ${(0.68 * at * at * (3 - 2 * at)).toFixed(4)})`);
  }
  gradient.addColorStop(1, "rgba(6, 8, 12, 0.78)");
  context.fillStyle = gradient;
  context.fillRect(0, 0, box.width, box.height);
}
