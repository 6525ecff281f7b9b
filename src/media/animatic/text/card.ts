import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";
import type { Layout } from "../layout.ts";
import type { Look } from "../look.ts";
import { blend, css, type Palette, type Rgb } from "../visuals/palette.ts";
import { fitText } from "./fit_text.ts";
import type { Logo } from "./logo.ts";
import type { Still } from "./overlay.ts";
import { directionOf } from "./text_direction.ts";
import { canvasOf, type Typography } from "./typography.ts";

/** The layout, look, palette and typography of an output, and the brand's logo. */
export interface Style {
  layout: Layout;
  look: Look;
  typography: Typography;
  palette: Palette;
  logo: Logo | null;
}

/**
 * Draws the ground of a card or panel in the brand's colour, as the look treats it.
 *
 * @param scale size relative to the frame, so that the camera can travel on it
 * @param turn varies the ground from scene to scene, so that two cards in a row differ
 */
export function cardGround({ layout, look, palette }: Style, options: { scale: number; turn: number }): Canvas {
  const canvas = canvasOf({ width: layout.width * options.scale, height: layout.height * options.scale });
  const context = canvas.getContext("2d");
  const flip = options.turn % 2 === 1;
  if (look.ground === "flat") drawFlat(context, palette, flip);
  else if (look.ground === "bright") drawBright(context, palette, flip);
  else drawLit(context, palette, { flip, strength: look.ground === "deep" ? 0.45 : 1 });
  return canvas;
}

/** Fills with the colour and a slanted block of nearly the same. */
function drawFlat(context: SKRSContext2D, { ground, deep }: Palette, flip: boolean): void {
  const { width, height } = context.canvas;
  context.fillStyle = css(ground);
  context.fillRect(0, 0, width, height);
  context.fillStyle = css(deep);
  context.beginPath();
  const at = (x: number): number => (flip ? 1 - x : x) * width;
  context.moveTo(at(0.62), 0);
  context.lineTo(at(1), 0);
  context.lineTo(at(1), height);
  context.lineTo(at(0.36), height);
  context.fill();
}

/** Fills with the colour and two paler discs. */
function drawBright(context: SKRSContext2D, { ground, deep }: Palette, flip: boolean): void {
  const { width, height } = context.canvas;
  const reach = Math.hypot(width, height);
  const white: Rgb = [255, 255, 255];
  context.fillStyle = css(ground);
  context.fillRect(0, 0, width, height);
  const disc = (x: number, y: number, radius: number, color: string): void => {
    context.fillStyle = color;
    context.beginPath();
    context.arc((flip ? 1 - x : x) * width, y * height, radius * reach, 0, 2 * Math.PI);
    context.fill();
  };
  disc(0.92, 0.06, 0.27, css(blend(deep, white, 0.22)));
  disc(0.04, 0.98, 0.2, css(blend(deep, white, 0.1)));
}

/** Fills with the colour, deeper or paler towards one corner, and two soft lights. */
function drawLit(context: SKRSContext2D, palette: Palette, { flip, strength }: { flip: boolean; strength: number }) {
  const { width, height } = context.canvas;
  const gradient = context.createLinearGradient(flip ? width : 0, 0, flip ? 0 : width, height);
  gradient.addColorStop(0, css(palette.ground));
  gradient.addColorStop(1, css(palette.deep));
  context.fillStyle = gradient;
  context.fillRect(0, 0, width, height);
  const reach = Math.hypot(width, height);
  const light = (at: { x: number; y: number; radius: number }, color: Rgb, alpha: number): void => {
    const [x, y] = [at.x * width, at.y * height];
    const soft = context.createRadialGradient(x, y, 0, x, y, at.radius * reach);
    soft.addColorStop(0, css(color, alpha * strength));
    soft.addColorStop(1, css(color, 0));
    context.fillStyle = soft;
    context.fillRect(0, 0, width, height);
  };
  light({ x: flip ? 0.12 : 0.9, y: 0.08, radius: 0.5 }, palette.glow, 0.2);
  light({ x: flip ? 0.95 : 0.06, y: 1, radius: 0.42 }, palette.brand, 0.4);
}

/**
 * Draws the words of a card for a scene without assets in an animatic: its description, inside the corner marks of a
 * viewfinder. The caption keeps its own area below.
 */
export function cardWords(words: { eyebrow: string; headline: string }, style: Style, captionTop: number): Still {
  const { layout, typography, palette, look } = style;
  const { unit, safe } = layout;
  const bottom = Math.max(safe.y + 220 * unit, captionTop - 18 * unit);
  const frame = { x: safe.x, y: safe.y, width: safe.width, height: Math.min(safe.height, bottom - safe.y) };
  const canvas = canvasOf({ width: layout.width, height: frame.y + frame.height + 4 * unit });
  const context = canvas.getContext("2d");
  cornerMarks(context, frame, { length: 30 * unit, line: Math.max(1, 2.5 * unit), color: css(palette.ink, 0.42) });

  const inset = Math.min(52 * unit, frame.width * 0.08);
  const eyebrowSize = Math.max(11, Math.round(18 * unit));
  const room = {
    width: Math.min(frame.width - 2 * inset, 980 * unit),
    height: frame.height - 2 * inset - 2.4 * eyebrowSize,
  };
  const block = fitText(words.headline, typography, {
    ...{ face: look.headline.face, ...room, max: 54 * unit, min: 22 * unit, leading: 1.2 },
    lines: layout.height > layout.width ? 9 : 5,
  });
  const eyebrow = fitText(words.eyebrow.toUpperCase(), typography, {
    ...{ face: "semibold" as const, width: room.width * 0.86, height: 2 * eyebrowSize, lines: 1 },
    ...{ max: eyebrowSize, min: 11 },
  });
  const tall = block.height + 2.2 * eyebrowSize;
  const isRtl = block.direction === "rtl";
  const x = isRtl ? frame.x + frame.width - inset : frame.x + inset;
  let y = frame.y + (frame.height - tall) / 2;
  context.fillStyle = css(palette.accent);
  context.fillRect(isRtl ? x - 44 * unit : x, y - 22 * unit, 44 * unit, Math.max(2, 4 * unit));
  context.textAlign = isRtl ? "right" : "left";
  context.direction = directionOf(words.eyebrow, typography.language);
  context.font = typography.font("semibold", eyebrow.size);
  context.fillStyle = look.ink ?? css(palette.accent);
  // Space between letters would tear joined scripts apart.
  if (!/[^\p{Script=Latin}\P{L}]/u.test(words.eyebrow)) context.letterSpacing = `${(1.4 * unit).toFixed(1)}px`;
  context.fillText(eyebrow.lines[0] ?? "", x, y + eyebrowSize);
  context.letterSpacing = "0px";
  y += 2.2 * eyebrowSize;
  context.font = typography.font(look.headline.face, block.size);
  context.fillStyle = look.ink ?? css(palette.ink);
  context.direction = block.direction;
  block.lines.forEach((line, index) => {
    context.fillText(line, x, Math.round(y + index * block.lineHeight + (block.lineHeight + block.size * 0.72) / 2));
  });
  return { canvas, box: { x: 0, y: 0, width: canvas.width, height: canvas.height }, cut: block.cut };
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
