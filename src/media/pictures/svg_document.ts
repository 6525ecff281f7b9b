import { SaxesParser, type SaxesTagNS } from "saxes";
import { decodeXml, internalEntities, SVG_NAMESPACE } from "../files/xml.ts";
import { unreadable } from "../media_errors.ts";

/** A parsed SVG: its root, and the text to draw again under another root. */
export interface SvgDocument {
  readonly root: SaxesTagNS;
  /** The text between `<!DOCTYPE` and its `>`, with the entities that the content may use. */
  readonly doctype: string | null;
  /** The text after the root's start tag. */
  readonly content: string;
  /** CSS pixels; `null` if the root does not declare it. */
  readonly width: number | null;
  /** CSS pixels; `null` if the root does not declare it. */
  readonly height: number | null;
}

/** The largest SVG that is parsed, in bytes. */
export const MAX_SVG_BYTES = 32 * 1024 * 1024;

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
 * Parses an SVG as XML: nothing is drawn, run or fetched, and only plain internal entities are expanded.
 *
 * @throws {AppError} `media_unreadable` if it is not well-formed, not SVG, or over a limit
 */
export function parseSvg(bytes: Uint8Array): SvgDocument {
  if (bytes.length > MAX_SVG_BYTES) throw unreadable("SVG image", "it is larger than 32 MiB");
  const text = decodeXml(bytes, { fatal: true });
  if (text === null) {
    throw unreadable(
      "SVG image",
      "its bytes do not fit its character encoding, which is UTF-8 unless it declares another",
    );
  }
  const parsed = parseWhole(text);
  if (parsed.root.uri !== SVG_NAMESPACE) {
    throw unreadable("SVG image", "its root element is not in the SVG namespace");
  }
  return { ...parsed, ...sizeOf(parsed.root) };
}

function parseWhole(text: string): Pick<SvgDocument, "root" | "doctype" | "content"> {
  const parser = new SaxesParser({ xmlns: true });
  let root: SaxesTagNS | undefined;
  let doctype: string | null = null;
  let contentAt = 0;
  let depth = 0;
  parser.on("error", () => {
    throw unreadable("SVG image", "it is not well-formed XML; it may be truncated");
  });
  parser.on("doctype", (declared) => {
    refuseBombs(declared);
    doctype = declared;
    for (const [name, value] of internalEntities(declared)) parser.ENTITIES[name] = value;
  });
  parser.on("opentag", (tag) => {
    if (!root) {
      root = tag;
      contentAt = parser.position;
    }
    depth += 1;
    if (depth > MAX_DEPTH) throw unreadable("SVG image", `its elements are nested more than ${MAX_DEPTH} deep`);
  });
  parser.on("closetag", () => {
    depth -= 1;
  });
  parser.write(text).close();
  if (!root) throw unreadable("SVG image");
  return { root, doctype, content: text.slice(contentAt) };
}

/** Rejects any declaration that {@linkcode internalEntities} does not support: nested, external or long. */
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
  const box = viewBoxOf(root);
  if (!box) return { width, height };
  if (width === null && height === null) return box;
  return {
    width: width ?? ((height ?? 0) * box.width) / box.height,
    height: height ?? ((width ?? 0) * box.height) / box.width,
  };
}

function pixels(length: string | undefined): number | null {
  const match = /^\s*\+?(\d*\.?\d+(?:e[+-]?\d+)?)([a-z]*)\s*$/i.exec(length ?? "");
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ""];
  const value = match && unit ? Number(match[1]) * unit : 0;
  return value > 0 && value <= Number.MAX_SAFE_INTEGER ? value : null;
}

/** Returns the size of a root's `viewBox`, if it has a valid one. */
export function viewBoxOf(root: SaxesTagNS): { width: number; height: number } | null {
  const [, , width = 0, height = 0] = (root.attributes.viewBox?.value ?? "")
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  return width > 0 && height > 0 ? { width, height } : null;
}
