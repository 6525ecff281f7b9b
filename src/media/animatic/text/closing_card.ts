import { css } from "../visuals/palette.ts";
import { cardGround, type Style } from "./card.ts";
import { fitText } from "./fit_text.ts";
import type { Still } from "./overlay.ts";
import { canvasOf } from "./typography.ts";

/** The maximum length of the closing card, in seconds and as a share of the last scene. */
const CLOSING = { seconds: 3, share: 0.42 } as const;

/** Returns the frames at the end of the last scene that the closing card takes, including its dissolve. */
export function closingFrames(sceneFrames: number, fps: number): number {
  return Math.min(Math.round(CLOSING.seconds * fps), Math.floor(sceneFrames * CLOSING.share));
}

/** Draws the closing card: product and call to action, large and alone. */
export function closingCard(words: { product: string; callToAction: string }, style: Style): Still {
  const { layout, typography, palette } = style;
  const { unit, safe, width, height } = layout;
  const canvas = canvasOf({ width, height });
  const context = canvas.getContext("2d");
  context.drawImage(cardGround(style, { scale: 1, turn: 0 }), 0, 0);

  const callToAction = fitText(words.callToAction, typography, {
    ...{ face: "bold" as const, width: Math.min(safe.width * 0.92, 1040 * unit), height: height * 0.42 },
    ...{ max: 76 * unit, min: 26 * unit, leading: 1.14, lines: height > width ? 7 : 4 },
  });
  const product = fitText(words.product, typography, {
    ...{ face: "semibold" as const, width: safe.width * 0.8, height: height * 0.14 },
    ...{ max: 30 * unit, min: 17 * unit, leading: 1.25, lines: 2 },
  });
  const rule = { width: 72 * unit, height: Math.max(2, 5 * unit), space: 30 * unit };
  const tall = product.height + 2 * rule.space + rule.height + callToAction.height;
  let y = (height - tall) / 2;
  context.textAlign = "center";
  const set = (block: typeof product, face: "semibold" | "bold", color: string): void => {
    context.font = typography.font(face, block.size);
    context.fillStyle = color;
    context.direction = block.direction;
    for (const line of block.lines) {
      context.fillText(line, width / 2, Math.round(y + (block.lineHeight + block.size * 0.72) / 2));
      y += block.lineHeight;
    }
  };
  set(product, "semibold", css(palette.ink, 0.86));
  y += rule.space;
  context.fillStyle = css(palette.accent);
  context.beginPath();
  context.roundRect((width - rule.width) / 2, y, rule.width, rule.height, rule.height / 2);
  context.fill();
  y += rule.height + rule.space;
  set(callToAction, "bold", css(palette.ink));
  return { canvas, box: { x: 0, y: 0, width, height }, cut: callToAction.cut || product.cut };
}
