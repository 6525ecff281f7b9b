import { type Canvas, ImageData } from "@napi-rs/canvas";
import sharp, { type Sharp } from "sharp";
import { AS_LARGE_AS_USED, openPicture, PIXEL_LIMIT } from "../../pictures/open_picture.ts";
import type { Box, Size } from "../layout.ts";
import type { Ground } from "../text/caption.ts";
import { canvasOf } from "../text/typography.ts";
import { blend, css, luminanceOf, type Palette, type Rgb } from "./palette.ts";
import { type Point, subjectOf } from "./subject.ts";

/** The fit of a picture in the frame. */
export type Fit = "cover" | "framed";

/** The minimum share of a picture that must stay visible when it fills the frame; else it is shown whole. */
const KEPT_AT_LEAST = 0.55;
/** The maximum enlargement of a picture; beyond it, it is shown smaller than the frame. */
const ENLARGED_AT_MOST = 2.5;
/** The tolerance of {@linkcode ENLARGED_AT_MOST}, so that the ground behind a picture is never a thin rim. */
const RIM_AT_LEAST = 1.3;

/** The share of the frame that a subject may take when the picture is cropped to it, which leaves some air around it. */
const SUBJECT_AT_MOST = 0.9;

/**
 * Returns the fit of a picture: filling the frame, or whole before a blurred copy of itself.
 *
 * @param subject its box, as fractions of the picture: a frame that holds all of it may lose more of the rest
 */
export function fitOf(picture: Size, frame: Size, subject?: Box): Fit {
  const ratio = (picture.width * frame.height) / (picture.height * frame.width);
  const enlarged = Math.max(frame.width / picture.width, frame.height / picture.height);
  if (enlarged > ENLARGED_AT_MOST * RIM_AT_LEAST) return "framed";
  if (Math.min(ratio, 1 / ratio) >= KEPT_AT_LEAST) return "cover";
  if (!subject) return "framed";
  const [width, height] = [subject.width * picture.width * enlarged, subject.height * picture.height * enlarged];
  const holds = width <= frame.width * SUBJECT_AT_MOST && height <= frame.height * SUBJECT_AT_MOST;
  return holds ? "cover" : "framed";
}

/** Returns the box of a picture that is shown whole: centred, as large as fits within the maximum enlargement. */
export function wholeBox(picture: Size, frame: Size, share = 1): Box {
  const fits = Math.min((frame.width * share) / picture.width, (frame.height * share) / picture.height);
  const limited = Math.max(ENLARGED_AT_MOST, fits * 0.4);
  const scale = limited * RIM_AT_LEAST >= fits ? fits : limited;
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  return {
    x: Math.round((frame.width - width) / 2),
    y: Math.round((frame.height - height) / 2),
    width: Math.max(1, width),
    height: Math.max(1, height),
  };
}

/** Returns the box of a picture that fills the frame, with a point of it as near to the middle as its edges allow. */
export function coverBox(picture: Size, frame: Size, focus: Point = { x: 0.5, y: 0.5 }): Box {
  const scale = Math.max(frame.width / picture.width, frame.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  const keep = (value: number, least: number): number => Math.min(0, Math.max(least, value));
  return {
    x: keep(frame.width / 2 - focus.x * width, frame.width - width),
    y: keep(frame.height / 2 - focus.y * height, frame.height - height),
    width,
    height,
  };
}

/** Returns the box of a logo or cut-out: with a margin around it, a little above the middle of an area. */
export function cutOutBox(picture: Size, area: Box): Box {
  const box = wholeBox(picture, { width: area.width, height: area.height * 0.96 }, 0.72);
  return { ...box, x: box.x + Math.round(area.x), y: box.y + Math.round(area.y) };
}

/** A drawn picture that fills the view, and the ground of a caption over it. */
export interface Plate {
  canvas: Canvas;
  ground: Ground;
  /** The position of its subject on the plate. */
  focus: Point;
  /** True for a portrait: the camera then moves less, so as not to cut into a face. */
  isPortrait?: boolean;
}

/** A decoded image, from which a plate is made for each output. */
export interface Picture {
  /** Pixels. */
  readonly size: Size;
  /** True if it has clear parts, like a logo or a cut-out product. */
  readonly isCutOut: boolean;
  /** The focus that a person set. */
  readonly focus: Point | undefined;
  /** The box of its subject, as fractions. */
  readonly subject: Box;
  /** Returns its pixels as a new pipeline. */
  pipeline(): Sharp;
}

/** The larger side of the copy in which the subject is found. */
const SMALL_SIDE = 120;

/**
 * Decodes an image asset.
 *
 * @throws the decoder's error for a file that is no readable image
 */
export async function readPicture(path: string, focus?: Point): Promise<Picture> {
  const source = await openPicture(path, { drawing: AS_LARGE_AS_USED });
  const { data, info } = await source.toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const pipeline = (): Sharp => sharp(data, { raw: { width, height, channels }, limitInputPixels: PIXEL_LIMIT });
  const isCutOut = channels === 4 && !(await pipeline().stats()).isOpaque;
  const small = await pixels(pipeline().resize(SMALL_SIDE, SMALL_SIDE, { fit: "inside" }));
  return { size: { width, height }, isCutOut, focus, subject: subjectOf(small, focus).box, pipeline };
}

/** Returns the middle of a box. */
export function middleOf({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/**
 * Draws a picture as an opaque plate of a given size. Filling the frame keeps the part that draws the eye; a cut-out
 * stands on a ground of its own.
 *
 * @param options.area the part of the plate in which a cut-out stands; all of it by default
 */
export async function imagePlate(
  image: Picture,
  size: Size,
  { palette, area = { x: 0, y: 0, ...size } }: { palette: Palette; area?: Box },
): Promise<Plate> {
  const { size: picture, isCutOut, subject } = image;
  const canvas = canvasOf(size);
  const context = canvas.getContext("2d");
  if (isCutOut) {
    const box = cutOutBox(picture, area);
    const cutOut = await pixels(image.pipeline().resize(box.width, box.height, { fit: "fill" }));
    const ground = drawStudio(canvas, { cutOut, box, palette });
    context.drawImage(cutOut, box.x, box.y);
    const middle = middleOf(box);
    return { canvas, ground, focus: { x: middle.x / canvas.width, y: middle.y / canvas.height } };
  }
  const isPortrait = picture.height > picture.width;
  if (fitOf(picture, size, subject) === "cover") {
    return { ...(await filled(image, canvas)), ground: "picture", isPortrait };
  }
  const box = wholeBox(picture, size);
  const whole = await pixels(image.pipeline().resize(box.width, box.height, { fit: "fill" }));
  context.drawImage(await blurred(image.pipeline(), size), 0, 0, canvas.width, canvas.height);
  context.drawImage(whole, box.x, box.y);
  return { canvas, ground: "picture", focus: { x: 0.5, y: 0.5 }, isPortrait };
}

/** The share of a portrait's crop that is taken at its head: eyes are in the upper third. */
const LOST_ABOVE = 0.1;

/**
 * Crops a picture to fill the frame around its subject. A portrait without a focus keeps its middle and its upper part
 * instead, because what differs most may be a sleeve, and the crop then goes through a face.
 */
async function filled({ size: picture, focus, subject, pipeline }: Picture, frame: Size) {
  const middle = focus ?? middleOf(subject);
  const isPortrait = picture.height > picture.width && !focus;
  const box = coverBox(picture, frame, isPortrait ? { x: 0.5, y: 0.5 } : middle);
  const [width, height] = [
    Math.max(frame.width, Math.round(box.width)),
    Math.max(frame.height, Math.round(box.height)),
  ];
  const left = Math.min(width - frame.width, Math.floor(-box.x));
  const top = isPortrait
    ? Math.floor((height - frame.height) * LOST_ABOVE)
    : Math.min(height - frame.height, Math.floor(-box.y));
  const crop = { left, top, width: frame.width, height: frame.height };
  return {
    canvas: await pixels(pipeline().resize(width, height, { fit: "fill" }).extract(crop)),
    focus: {
      x: Math.min(1, Math.max(0, (middle.x * width - left) / frame.width)),
      y: Math.min(1, Math.max(0, (middle.y * height - top) / frame.height)),
    },
  };
}

/** Draws a small, soft, darkened copy that fills the frame: the ground behind a picture that is shown whole. */
export async function blurred(source: Sharp, size: Size): Promise<Canvas> {
  const [width, height] = [Math.max(2, Math.round(size.width / 8)), Math.max(2, Math.round(size.height / 8))];
  return await pixels(source.resize(width, height, { fit: "cover" }).blur(6).modulate({ brightness: 0.62 }));
}

/** Returns the pixels of a pipeline as a canvas. */
export async function pixels(source: Sharp): Promise<Canvas> {
  const { data, info } = await source.toColourspace("srgb").ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const canvas = canvasOf(info);
  const bytes = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
  canvas.getContext("2d").putImageData(new ImageData(bytes, info.width, info.height), 0, 0);
  return canvas;
}

/** Returns the mean colour of the visible pixels. */
function meanColor(canvas: Canvas): Rgb {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [r, g, b, weight] = [0, 0, 0, 0];
  const step = 4 * Math.max(1, Math.floor(data.length / 4 / 20_000));
  for (let i = 0; i + 3 < data.length; i += step) {
    const alpha = data[i + 3] ?? 0;
    r += alpha * (data[i] ?? 0);
    g += alpha * (data[i + 1] ?? 0);
    b += alpha * (data[i + 2] ?? 0);
    weight += alpha;
  }
  return weight === 0 ? [0, 0, 0] : [r / weight, g / weight, b / weight];
}

/**
 * Fills a canvas with the ground of a logo or cut-out and returns which: dark below a light one, paper below a dark
 * one.
 */
export function drawStudio(
  canvas: Canvas,
  { cutOut, box, palette }: { cutOut: Canvas; box: Box; palette: Palette },
): "dark" | "light" {
  const context = canvas.getContext("2d");
  const ground = luminanceOf(meanColor(cutOut)) > 0.32 ? "dark" : "light";
  const { width, height } = canvas;
  const [x, y, reach] = [width / 2, box.y + box.height / 2, Math.hypot(width, height) * 0.6];
  context.fillStyle = studio(context.createRadialGradient(x, y, 0, x, y, reach), ground, palette);
  context.fillRect(0, 0, width, height);
  return ground;
}

function studio(gradient: CanvasGradient, ground: "dark" | "light", palette: Palette): CanvasGradient {
  const paper: Rgb = [246, 245, 242];
  const dark = ground === "dark";
  gradient.addColorStop(0, css(dark ? blend(palette.dark, palette.brand, 0.15) : [255, 255, 255]));
  gradient.addColorStop(1, css(dark ? blend(palette.dark, [0, 0, 0], 0.55) : blend(paper, palette.brand, 0.12)));
  return gradient;
}
