import type { Box, Layout } from "../layout.ts";
import type { Rgb } from "../visuals/palette.ts";
import type { Still } from "./overlay.ts";
import { canvasOf } from "./typography.ts";

/** The side of the frame from which a shade comes. */
export type ShadeSide = "foot" | "head" | "left" | "right";

/** Units over which a shade fades out. */
const FADE = 210;
/** The shade's own colour, nearly black. */
const SHADE: Rgb = [6, 8, 12];

/**
 * Draws the shade of a text over a picture: dark at the text, eased out on both sides so that no edge is visible, and
 * up to the edge of the frame if the text is near it.
 *
 * @param options.color the colour to which the shade darkens pure white
 */
export function drawShade(text: Box, options: { layout: Layout; side: ShadeSide; color: Rgb }): Still {
  const { layout, side, color } = options;
  const isColumn = side === "left" || side === "right";
  const length = isColumn ? layout.width : layout.height;
  const fade = FADE * layout.unit;
  const [from, to] = isColumn ? [text.x, text.x + text.width] : [text.y, text.y + text.height];
  const near = length * 0.12;
  const start = from < near ? 0 : Math.max(0, Math.floor(from - fade));
  const end = length - to < near ? length : Math.min(length, Math.ceil(to + fade));
  const box = isColumn
    ? { x: start, y: 0, width: end - start, height: layout.height }
    : { x: 0, y: start, width: layout.width, height: end - start };
  const canvas = canvasOf(box);
  const context = canvas.getContext("2d");
  const gradient = isColumn
    ? context.createLinearGradient(0, 0, box.width, 0)
    : context.createLinearGradient(0, 0, 0, box.height);
  const full = (255 - color[0]) / (255 - SHADE[0]);
  const tint = (at: number) => `rgba(${SHADE.join(", ")}, ${(full * at * at * (3 - 2 * at)).toFixed(4)})`;
  const place = (at: number) => Math.min(1, Math.max(0, (at - start) / (end - start)));
  const steps = 12;
  for (let i = 0; i <= steps; i++) {
    const at = i / steps;
    if (start > 0) gradient.addColorStop(place(start + (from - start) * at), tint(at));
    if (end < length) gradient.addColorStop(place(end - (end - to) * at), tint(at));
  }
  gradient.addColorStop(place(Math.max(start, from)), tint(1));
  gradient.addColorStop(place(Math.min(end, to)), tint(1));
  if (start === 0) gradient.addColorStop(0, tint(1));
  if (end === length) gradient.addColorStop(1, tint(1));
  context.fillStyle = gradient;
  context.fillRect(0, 0, box.width, box.height);
  return { canvas, box };
}
