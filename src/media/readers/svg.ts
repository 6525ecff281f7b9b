import { SaxesParser, type SaxesTagNS } from "saxes";
import { type MediaFacts, mediaFacts } from "../facts.ts";
import { unreadable } from "../refusal.ts";
import { decodeXml, internalEntities, SVG_NAMESPACE } from "../xml.ts";

const MAX_BYTES = 32 * 1024 * 1024;
const MAX_DEPTH = 1000;
const MAX_ENTITIES = 64;
const MAX_ENTITY_LENGTH = 1024;

/** CSS pixels of one unit (CSS Values, section 6.2); em and ex as of a 16 px font. */
const UNITS: Record<string, number> = {
  "": 1,
  px: 1,
  pt: 96 / 72,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 9.6 / 2.54,
  q: 2.4 / 2.54,
  em: 16,
  rem: 16,
  ex: 8,
};

/**
 * Reads an SVG image as XML only: nothing is drawn, run or fetched, and no entity is expanded but a plain internal one.
 *
 * The size is that of the root's `width` and `height`, completed or replaced by its `viewBox`; else unknown.
 */
export async function readSvg(path: string): Promise<MediaFacts> {
  const file = Bun.file(path);
  if (file.size > MAX_BYTES) throw unreadable("SVG image", "it is larger than 32 MiB");
  const text = decodeXml(await file.bytes());
  if (text === null) throw unreadable("SVG image", "it declares an unknown character encoding");
  const root = parseWhole(text);
  if (root.uri !== SVG_NAMESPACE) throw unreadable("SVG image", "its root element is not in the SVG namespace");
  return mediaFacts("svg", sizeOf(root));
}

function parseWhole(text: string): SaxesTagNS {
  const parser = new SaxesParser({ xmlns: true });
  let root: SaxesTagNS | undefined;
  let depth = 0;
  parser.on("error", () => {
    throw unreadable("SVG image", "it is not well-formed XML; it may be truncated");
  });
  parser.on("doctype", (doctype) => {
    refuseBombs(doctype);
    for (const [name, value] of internalEntities(doctype)) parser.ENTITIES[name] = value;
  });
  parser.on("opentag", (tag) => {
    root ??= tag;
    depth += 1;
    if (depth > MAX_DEPTH) throw unreadable("SVG image", `its elements are nested more than ${MAX_DEPTH} deep`);
  });
  parser.on("closetag", () => {
    depth -= 1;
  });
  parser.write(text).close();
  if (!root) throw unreadable("SVG image");
  return root;
}

/** Every declaration must be one that {@linkcode internalEntities} understands: not nested, not external, not long. */
function refuseBombs(doctype: string): void {
  const declared = doctype.match(/<!ENTITY/g)?.length ?? 0;
  const plain = internalEntities(doctype);
  if (declared !== plain.length) throw unreadable("SVG image", "it declares nested or external entities");
  if (declared > MAX_ENTITIES || plain.some(([, value]) => value.length > MAX_ENTITY_LENGTH)) {
    throw unreadable("SVG image", "it declares too many or too long entities");
  }
}

function sizeOf(root: SaxesTagNS): { width: number | null; height: number | null } {
  const width = pixels(root.attributes.width?.value);
  const height = pixels(root.attributes.height?.value);
  const box = viewBox(root.attributes.viewBox?.value);
  if (!box) return { width: whole(width), height: whole(height) };
  if (width === null && height === null) return { width: whole(box.width), height: whole(box.height) };
  return {
    width: whole(width ?? ((height ?? 0) * box.width) / box.height),
    height: whole(height ?? ((width ?? 0) * box.height) / box.width),
  };
}

function pixels(length: string | undefined): number | null {
  const match = /^\s*\+?(\d*\.?\d+(?:e[+-]?\d+)?)([a-z]*)\s*$/i.exec(length ?? "");
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ""];
  return match && unit ? Number(match[1]) * unit : null;
}

function viewBox(value: string | undefined): { width: number; height: number } | null {
  const [, , width = 0, height = 0] = (value ?? "")
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  return width > 0 && height > 0 ? { width, height } : null;
}

function whole(value: number | null): number | null {
  if (value === null || !(value > 0) || value > Number.MAX_SAFE_INTEGER) return null;
  return Math.max(1, Math.round(value));
}
