import { css } from "../visuals/palette.ts";
import { cardGround, type Style } from "./card.ts";
import { fitText, type TextBlock } from "./fit_text.ts";
import type { Still } from "./overlay.ts";
import { canvasOf, type Face } from "./typography.ts";

/** The maximum length of the closing card, in seconds and as a share of the last scene. */
const CLOSING = { seconds: 3, share: 0.42 } as const;

/** Returns the frames at the end of the last scene that the closing card takes, including its dissolve. */
export function closingFrames(sceneFrames: number, fps: number): number {
  return Math.min(Math.round(CLOSING.seconds * fps), Math.floor(sceneFrames * CLOSING.share));
}

/** Draws the closing card: logo, product and call to action, alone and inside the safe zone. */
export function closingCard(words: { product: string; callToAction: string }, style: Style): Still {
  const { layout, typography, palette, look, logo } = style;
  const { unit, safe, width, height } = layout;
  const canvas = canvasOf({ width, height });
  const context = canvas.getContext("2d");
  context.drawImage(cardGround(style, { scale: 1, turn: 0 }), 0, 0);

  const upper = (text: string): string => (look.headline.uppercase ? text.toLocaleUpperCase() : text);
  const { face } = look.headline;
  const callToAction = fitText(upper(words.callToAction), typography, {
    ...{ face, width: Math.min(safe.width * 0.96, 1040 * unit), height: safe.height * 0.5 },
    ...{ max: Math.max(64, look.headline.size) * unit, min: 26 * unit, leading: 1.14 },
    lines: height > width ? 5 : 7,
  });
  const product = fitText(words.product, typography, {
    ...{ face: "semibold" as const, width: safe.width * 0.85, height: safe.height * 0.16 },
    ...{ max: 30 * unit, min: 17 * unit, leading: 1.25, lines: 2 },
  });
  const rule = { width: 72 * unit, height: Math.max(2, 5 * unit), space: 28 * unit };
  const mark = logo?.large(style) ?? null;
  const markSpace = mark ? mark.height + 36 * unit : 0;
  const tall = markSpace + product.height + 2 * rule.space + rule.height + callToAction.height;
  let y = safe.y + Math.max(0, (safe.height - tall) / 2);
  const isCentred = look.headline.align === "center";
  const isRtl = callToAction.direction === "rtl";
  const edge = isRtl ? safe.x + safe.width : safe.x;
  const x = isCentred ? safe.x + safe.width / 2 : edge;
  const left = (own: number): number => (isCentred ? x - own / 2 : isRtl ? x - own : x);
  if (mark) {
    context.drawImage(mark, left(mark.width), y);
    y += markSpace;
  }
  context.textAlign = isCentred ? "center" : isRtl ? "right" : "left";
  const set = (block: TextBlock, weight: Face, color: string): void => {
    context.font = typography.font(weight, block.size);
    context.fillStyle = look.ink ?? color;
    context.direction = block.direction;
    for (const line of block.lines) {
      context.fillText(line, x, Math.round(y + (block.lineHeight + block.size * 0.72) / 2));
      y += block.lineHeight;
    }
  };
  set(product, "semibold", css(palette.ink));
  y += rule.space;
  context.fillStyle = css(palette.accent);
  context.beginPath();
  context.roundRect(left(rule.width), y, rule.width, rule.height, rule.height / 2);
  context.fill();
  y += rule.height + rule.space;
  set(callToAction, face, css(palette.ink));
  return { canvas, box: { x: 0, y: 0, width, height }, cut: callToAction.cut || product.cut };
}
