import type { SKRSContext2D } from "@napi-rs/canvas";
import { fitText } from "./fit_text.ts";
import type { Box, Layout } from "./layout.ts";
import type { Still } from "./overlay.ts";
import { canvasOf, type Typography } from "./typography.ts";

/** What a caption stands on: any picture, or a ground that is known to be dark or light. */
export type Ground = "picture" | "dark" | "light";

/** A caption, and where its text begins. */
export interface Caption extends Still {
  /** Pixels from the top of the frame. */
  textTop: number;
}

/** Units from where the shade begins to where the text does. */
const SHADE = 250;

/**
 * The script of a scene as a caption, rasterised once. Over a picture it is white on a shade that rises from the bottom
 * edge, dark enough for a contrast of at least 7 over pure white; on a plain ground it needs none.
 *
 * @returns null where there is nothing to say
 */
export function captionOf(
  text: string,
  ground: Ground,
  { layout, typography }: { layout: Layout; typography: Typography },
): Caption | null {
  if (text === "") return null;
  const { caption, captionSize, unit } = layout;
  const block = fitText(text, typography, { face: "semibold", ...caption, ...captionSize });
  const top = caption.y + caption.height - block.height;
  const shade = Math.round((ground === "picture" ? SHADE : 12) * unit);
  const box: Box = { x: 0, y: Math.max(0, top - shade), width: layout.width, height: 0 };
  box.height = layout.height - box.y;
  const canvas = canvasOf(box);
  const context = canvas.getContext("2d");
  if (ground === "picture") drawShade(context, box, Math.min(0.9, Math.max(0.05, (top - box.y) / box.height)));

  context.font = typography.font("semibold", block.size);
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
  return { canvas, box, cut: block.cut, textTop: top };
}

/** From clear at the top to its full darkness where the text starts: eased at both ends, so that no edge is seen. */
function drawShade(context: SKRSContext2D, box: Box, textAt: number): void {
  const gradient = context.createLinearGradient(0, 0, 0, box.height);
  const steps = 16;
  for (let i = 0; i <= steps; i++) {
    const at = i / steps;
    gradient.addColorStop(at * textAt, `rgba(6, 8, 12, ${(0.68 * at * at * (3 - 2 * at)).toFixed(4)})`);
  }
  gradient.addColorStop(1, "rgba(6, 8, 12, 0.78)");
  context.fillStyle = gradient;
  context.fillRect(0, 0, box.width, box.height);
}
