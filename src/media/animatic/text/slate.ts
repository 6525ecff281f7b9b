import { css } from "../visuals/palette.ts";
import type { Style } from "./card.ts";
import type { Still } from "./overlay.ts";
import { directionOf } from "./text_direction.ts";
import { canvasOf } from "./typography.ts";

/** Formats a shot type for people: `close_up` → `Close-up`. */
export function shotName(shotType: string): string {
  const words = shotType
    .replace(/[_\s]+/g, " ")
    .replace(/\bclose up\b/i, "close-up")
    .trim()
    .slice(0, 28);
  return words === "" ? "" : (words[0] ?? "").toUpperCase() + words.slice(1).toLowerCase();
}

/**
 * Draws the slate in the upper left corner: number and shot of the scene, for people to refer to it.
 *
 * @param text.shot the formatted shot type
 */
export function slateOf(text: { sceneNumber: number; shot: string }, { layout, typography, palette }: Style): Still {
  const { unit, safe } = layout;
  const size = Math.max(11, Math.round(17 * unit));
  const number = String(text.sceneNumber);
  const gap = text.shot === "" ? 0 : 9 * unit;
  const [pad, height] = [12 * unit, Math.round(34 * unit)];
  const numberWidth = typography.width(number, "bold", size);
  const width = Math.ceil(numberWidth + gap + typography.width(text.shot, "semibold", size) + 2 * pad);
  const canvas = canvasOf({ width, height });
  const context = canvas.getContext("2d");
  context.fillStyle = "rgba(8, 10, 14, 0.66)";
  context.beginPath();
  context.roundRect(0, 0, width, height, height / 2);
  context.fill();
  const baseline = Math.round((height + size * 0.72) / 2);
  context.font = typography.font("bold", size);
  context.fillStyle = css(palette.spark);
  context.fillText(number, pad, baseline);
  context.font = typography.font("semibold", size);
  context.fillStyle = "rgba(255, 255, 255, 0.95)";
  context.textAlign = "left";
  context.direction = directionOf(text.shot, typography.language);
  context.fillText(text.shot, pad + numberWidth + gap, baseline);
  return { canvas, box: { x: safe.x, y: safe.y, width: canvas.width, height: canvas.height } };
}
