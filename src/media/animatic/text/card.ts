import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";
import type { Layout } from "../layout.ts";
import { css, type Palette } from "../visuals/palette.ts";
import { directionOf } from "./direction.ts";
import { fitText } from "./fit_text.ts";
import type { Still } from "./overlay.ts";
import { canvasOf, type Typography } from "./typography.ts";

/** The layout, palette and typography of a card. */
export interface Style {
  layout: Layout;
  typography: Typography;
  palette: Palette;
}

/**
 * Draws the moving ground of a card: the brand's colour, deeper or paler towards one corner, with two soft lights.
 *
 * @param scale size relative to the frame, so that the camera can travel on it
 * @param turn varies the lights from scene to scene, so that two cards in a row differ
 */
export function cardGround({ layout, palette }: Style, options: { scale: number; turn: number }): Canvas {
  const canvas = canvasOf({ width: layout.width * options.scale, height: layout.height * options.scale });
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  const flip = options.turn % 2 === 1;
  const gradient = context.createLinearGradient(flip ? width : 0, 0, flip ? 0 : width, height);
  gradient.addColorStop(0, css(palette.ground));
  gradient.addColorStop(1, css(palette.deep));
  context.fillStyle = gradient;
  context.fillRect(0, 0, width, height);
  const reach = Math.hypot(width, height);
  light(context, { x: flip ? 0.12 : 0.9, y: 0.08, radius: 0.5 * reach }, css(palette.glow, 0.26), css(palette.glow, 0));
  light(context, { x: flip ? 0.95 : 0.06, y: 1, radius: 0.42 * reach }, css(palette.brand, 0.5), css(palette.brand, 0));
  return canvas;
}

/**
 * Draws the words of a card for a scene without assets: its description, inside the corner marks of a
 * viewfinder. The caption keeps its own area below.
 */
export function cardWords(words: { eyebrow: string; headline: string }, style: Style, captionTop: number): Still {
  const { layout, typography, palette } = style;
  const { unit, safe } = layout;
  const bottom = Math.max(safe.y + 220 * unit, captionTop - 18 * unit);
  const frame = { x: safe.x, y: safe.y, width: safe.width, height: Math.min(safe.height, bottom - safe.y) };
  const canvas = canvasOf({ width: layout.width, height: frame.y + frame.height + 4 * unit });
  const context = canvas.getContext("2d");
  cornerMarks(context, frame, { length: 30 * unit, line: Math.max(1, 2.5 * unit), color: css(palette.ink, 0.42) });

  const inset = 52 * unit;
  const eyebrowSize = Math.max(11, Math.round(18 * unit));
  const room = {
    width: Math.min(frame.width - 2 * inset, 980 * unit),
    height: frame.height - 2 * inset - 2.4 * eyebrowSize,
  };
  const block = fitText(words.headline, typography, {
    ...{ face: "bold" as const, ...room, max: 54 * unit, min: 22 * unit, leading: 1.2 },
    lines: layout.height > layout.width ? 9 : 5,
  });
  const tall = block.height + 2.2 * eyebrowSize;
  const isRtl = block.direction === "rtl";
  const x = isRtl ? frame.x + frame.width - inset : frame.x + inset;
  let y = frame.y + (frame.height - tall) / 2;
  context.fillStyle = css(palette.accent);
  context.fillRect(isRtl ? x - 44 * unit : x, y - 22 * unit, 44 * unit, Math.max(2, 4 * unit));
  context.textAlign = isRtl ? "right" : "left";
  context.direction = directionOf(words.eyebrow, typography.language);
  context.font = typography.font("semibold", eyebrowSize);
  // Space between letters would tear joined scripts apart.
  if (!/[^\p{Script=Latin}\P{L}]/u.test(words.eyebrow)) context.letterSpacing = `${(1.8 * unit).toFixed(1)}px`;
  context.fillText(words.eyebrow.toUpperCase(), x, y + eyebrowSize);
  context.letterSpacing = "0px";
  y += 2.2 * eyebrowSize;
  context.font = typography.font("bold", block.size);
  context.fillStyle = css(palette.ink);
  context.direction = block.direction;
  block.lines.forEach((line, index) => {
    context.fillText(line, x, Math.round(y + index * block.lineHeight + (block.lineHeight + block.size * 0.72) / 2));
  });
  return { canvas, box: { x: 0, y: 0, width: canvas.width, height: canvas.height }, cut: block.cut };
}

function light(
  context: SKRSContext2D,
  at: { x: number; y: number; radius: number },
  inner: string,
  outer: string,
): void {
  const { width, height } = context.canvas;
  const gradient = context.createRadialGradient(at.x * width, at.y * height, 0, at.x * width, at.y * height, at.radius);
  gradient.addColorStop(0, inner);
  gradient.addColorStop(1, outer);
  context.fillStyle = gradient;
  context.fillRect(0, 0, width, height);
}

function cornerMarks(
  context: SKRSContext2D,
  box: { x: number; y: number; width: number; height: number },
  mark: { length: number; line: number; color: string },
): void {
  context.strokeStyle = mark.color;
  context.lineWidth = mark.line;
  context.beginPath();
  for (const [x, dx] of [
    [box.x, 1],
    [box.x + box.width, -1],
  ] as const) {
    for (const [y, dy] of [
      [box.y, 1],
      [box.y + box.height, -1],
    ] as const) {
      context.moveTo(x + dx * mark.length, y);
      context.lineTo(x, y);
      context.lineTo(x, y + dy * mark.length);
    }
  }
  context.stroke();
}
