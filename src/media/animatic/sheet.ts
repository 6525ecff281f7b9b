import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";
import type { VideoFormat } from "../video_shape.ts";
import { type AnimaticScene, type AnimaticSpec, firstOutput } from "./spec.ts";
import type { Style } from "./text/card.ts";
import { fitText, type TextBlock } from "./text/fit_text.ts";
import { legibleText } from "./text/legible_text.ts";
import { shotName } from "./text/slate.ts";
import { canvasOf } from "./text/typography.ts";
import { css } from "./visuals/palette.ts";

/** A scene with its representative picture. */
export interface SheetCell {
  scene: AnimaticScene;
  picture: Canvas;
}

const WIDTH = 1680;
const MARGIN = 64;
const GAP = 36;
const COLUMNS = { "16:9": 3, "1:1": 4, "4:5": 4, "9:16": 5 } as const satisfies Record<VideoFormat, number>;
const INK = "#15171c";
const GREY = "#5d626c";

/** Draws the pictures of a storyboard in rows, each with its texts below. */
export function drawSheet(spec: AnimaticSpec, cells: readonly SheetCell[], style: Style): Canvas {
  const columns = COLUMNS[firstOutput(spec).format];
  const width = Math.floor((WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns);
  const drawn = cells.map((cell) => ({ ...cell, text: scriptBlock(cell.scene, width, style) }));
  const height = Math.round((width * style.layout.height) / style.layout.width);
  const rows: { top: number; cells: typeof drawn }[] = [];
  let top = 176;
  for (let i = 0; i < drawn.length; i += columns) {
    const row = drawn.slice(i, i + columns);
    rows.push({ top, cells: row });
    top += height + 58 + Math.max(...row.map(({ text }) => text.height)) + 44;
  }
  const canvas = canvasOf({ width: WIDTH, height: top + 4 });
  const context = canvas.getContext("2d");
  context.fillStyle = "#f7f6f3";
  context.fillRect(0, 0, canvas.width, canvas.height);
  drawHeader(context, spec, style);
  for (const row of rows) {
    for (const [index, cell] of row.cells.entries()) {
      drawCell(context, cell, { x: MARGIN + index * (width + GAP), y: row.top, width, height, style });
    }
  }
  return canvas;
}

/** Formats tenths of a second as readable seconds: `4.0 s`. */
export function secondsText(tenths: number): string {
  return `${(tenths / 10).toFixed(1)} s`;
}

function drawHeader(context: SKRSContext2D, spec: AnimaticSpec, { typography, palette }: Style): void {
  const total = spec.scenes.reduce((sum, { durationTenths }) => sum + durationTenths, 0);
  const title = fitText(legibleText(spec.product, typography).text || "Storyboard", typography, {
    ...{ face: "bold" as const, width: WIDTH - 2 * MARGIN, height: 54, max: 42, min: 26, lines: 1 },
  });
  context.fillStyle = css(palette.ground);
  context.fillRect(0, 0, WIDTH, 10);
  context.fillStyle = INK;
  context.font = typography.font("bold", title.size);
  context.textAlign = "left";
  context.direction = title.direction;
  context.fillText(title.lines[0] ?? "", MARGIN, 92);
  context.direction = "ltr";
  context.fillStyle = GREY;
  context.font = typography.font("regular", 22);
  const count = spec.scenes.length === 1 ? "1 scene" : `${spec.scenes.length} scenes`;
  context.fillText(`Storyboard  ·  ${count}  ·  ${secondsText(total)}  ·  ${firstOutput(spec).format}`, MARGIN, 132);
}

function drawCell(
  context: SKRSContext2D,
  { scene, picture, text }: SheetCell & { text: TextBlock },
  { x, y, width, height, style }: { x: number; y: number; width: number; height: number; style: Style },
): void {
  const { typography, palette } = style;
  context.save();
  context.beginPath();
  context.roundRect(x, y, width, height, 8);
  context.clip();
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, x, y, width, height);
  context.restore();

  const baseline = y + height + 36;
  const duration = secondsText(scene.durationTenths);
  context.font = typography.font("bold", 22);
  context.fillStyle = css(palette.dark);
  const number = String(scene.sceneNumber);
  context.fillText(number, x, baseline);
  const left = x + typography.width(number, "bold", 22) + 12;
  context.fillStyle = INK;
  const right = x + width - typography.width(duration, "bold", 22);
  context.fillText(duration, right, baseline);
  const how = [shotName(scene.shotType), scene.transition].filter((word) => word !== "").join(", ");
  const label = fitText(legibleText(how, typography).text, typography, {
    ...{ face: "regular" as const, width: Math.max(40, right - left - 12), height: 26, max: 19, min: 14, lines: 1 },
  });
  context.font = typography.font("regular", label.size);
  context.fillStyle = GREY;
  context.direction = label.direction;
  context.fillText(label.lines[0] ?? "", left, baseline);

  context.font = typography.font("regular", text.size);
  context.fillStyle = INK;
  context.direction = text.direction;
  context.textAlign = "start";
  text.lines.forEach((line, index) => {
    const edge = text.direction === "rtl" ? x + width : x;
    context.fillText(line, edge, baseline + 34 + index * text.lineHeight);
  });
  context.direction = "ltr";
  context.textAlign = "left";
}

function scriptBlock(scene: AnimaticScene, width: number, { typography }: Style): TextBlock {
  const text = legibleText(scene.script, typography).text || legibleText(scene.description, typography).text;
  return fitText(text, typography, {
    ...{ face: "regular" as const, width, height: 150, max: 20, min: 16, leading: 1.35, lines: 6 },
    ragged: true,
  });
}
