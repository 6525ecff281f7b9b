import sharp, { type Sharp } from "sharp";
import { type SvgDocument, viewBoxOf } from "./svg_document.ts";

/** The size of a replaced element that has none of its own (CSS 2.2, section 10.3.2). */
const DEFAULT_SIZE = { width: 300, height: 150 };

/** librsvg's resolution at which an inch has 96 CSS pixels; libvips then enlarges the picture by 96/72. */
const DENSITY = 96;
const DENSITY_SCALE = DENSITY / 72;

/** The drawn size of an SVG: within a square of `side` pixels, and in its own size or as large as fits. */
export interface DrawOptions {
  readonly side: number;
  readonly enlarge: boolean;
}

/**
 * Draws an SVG as a browser shows it in an `<img>`, in the requested size.
 *
 * The renderer gets text that is serialized from the parsed document, so it cannot read it in another encoding or
 * with other declarations than those that were checked; and it gets bytes, so it has no base address against which a
 * reference to another file could be resolved.
 */
export function drawSvg(document: SvgDocument, options: DrawOptions): Sharp {
  const text = withSize(document, drawnSize(document, options));
  // `unlimited` lifts a limit of 10 MB for a single text, such as an embedded photograph; the whole is limited already.
  return sharp(Buffer.from(text), { density: DENSITY, limitInputPixels: false, unlimited: true });
}

/** The mark by which libvips detects SVG in the first 1,000 bytes; a prefix or a long DOCTYPE would hide it. */
const MARK = "<!--<svg-->";

interface Size {
  readonly width: number;
  readonly height: number;
}

function naturalSize({ width, height }: SvgDocument): Size {
  return { width: width ?? DEFAULT_SIZE.width, height: height ?? DEFAULT_SIZE.height };
}

function drawnSize(document: SvgDocument, { side, enlarge }: DrawOptions): Size {
  const { width, height } = naturalSize(document);
  const fits = side / Math.max(width, height);
  const scale = enlarge ? fits : Math.min(1, fits);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function withSize(document: SvgDocument, size: Size): string {
  const { root, doctype, content } = document;
  const natural = naturalSize(document);
  const box = viewBoxOf(root);
  const attributes = new Map(Object.values(root.attributes).map(({ name, value }) => [name, value]));
  if (!box) attributes.set("viewBox", `0 0 ${natural.width} ${natural.height}`);
  // Rounding to whole pixels changes the shape a little, which would leave a thin transparent border.
  const hasShapeOfBox = !box || Math.abs((natural.width * box.height) / (natural.height * box.width) - 1) < 0.001;
  if (hasShapeOfBox) attributes.set("preserveAspectRatio", "none");
  attributes.set("width", `${size.width / DENSITY_SCALE}`);
  attributes.set("height", `${size.height / DENSITY_SCALE}`);
  const tag = Array.from(attributes, ([name, value]) => ` ${name}="${escaped(value)}"`).join("");
  const start = doctype === null ? "" : `<!DOCTYPE${doctype}>`;
  return `${MARK}${start}<${root.name}${tag}${root.isSelfClosing ? "/" : ""}>${content}`;
}

function escaped(value: string): string {
  return value.replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
