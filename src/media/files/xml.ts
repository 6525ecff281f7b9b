import { SaxesParser, type SaxesTagNS } from "saxes";

/** The namespace that makes an element SVG. */
export const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * Decodes XML in UTF-8 or UTF-16 by its byte order mark, else in its declared encoding, else in UTF-8; returns `null`
 * for an unknown encoding.
 *
 * @param options.fatal also returns `null` for bytes that are invalid in the encoding, which XML forbids (section
 * 4.3.3). The beginning of a document may end within a character, so there it is off.
 */
export function decodeXml(bytes: Uint8Array, { fatal = false } = {}): string | null {
  const label = byteOrderMark(bytes) ?? declaredEncoding(bytes) ?? "utf-8";
  try {
    return new TextDecoder(label, { fatal }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Returns the root element of a text that begins like an XML document, or `null`.
 *
 * Only the beginning has to be well-formed, so a prefix of a document is enough.
 */
export function rootElement(text: string): SaxesTagNS | null {
  const parser = new SaxesParser({ xmlns: true });
  let root: SaxesTagNS | null = null;
  let broken = false;
  parser.on("error", () => {
    broken ||= root === null;
  });
  parser.on("doctype", (doctype) => {
    for (const [name, value] of internalEntities(doctype)) parser.ENTITIES[name] = value;
  });
  parser.on("opentag", (tag) => {
    root ??= tag;
  });
  // In small steps, so that parsing of a document of many megabytes stops at its root element.
  for (let at = 0; at < text.length && root === null && !broken; at += 1024) parser.write(text.slice(at, at + 1024));
  return broken ? null : root;
}

/** Returns the plain internal entities of a DOCTYPE, such as those that Adobe Illustrator writes for its namespaces. */
export function internalEntities(doctype: string): [name: string, value: string][] {
  return [...doctype.matchAll(/<!ENTITY\s+([\w.:-]+)\s+(?:"([^"&%]*)"|'([^'&%]*)')\s*>/g)].map(
    ([, name = "", double, single]) => [name, double ?? single ?? ""],
  );
}

function byteOrderMark([a, b]: Uint8Array): string | null {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return null;
}

function declaredEncoding(bytes: Uint8Array): string | null {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 256));
  return /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1] ?? null;
}
