import { find, read } from "cfb";
import { SaxesParser } from "saxes";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { type MediaFacts, mediaFacts } from "../facts.ts";
import { decodeXml } from "../files/xml.ts";
import { refusalOf, unreadable, unsupported } from "../media_errors.ts";

/** The first bytes of the stream of a Word 97–2003 document ([MS-DOC] 2.5.2, FibBase.wIdent). */
const WORD_IDENT = 0xa5ec;

/** The maximum size of a parsed list of parts; real ones have some thousand bytes. */
const MAX_LIST_BYTES = 1024 * 1024;

/** The maximum of unpacked bytes per file, all parts together: the text of the longest book is a tenth of it. */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

const CONTENT_TYPES = "[content_types].xml";
const RELATIONSHIPS = "_rels/.rels";
const WORD_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const NO_WORD = "a ZIP archive (application/zip) without a Word document";
/** Other kinds of packages, by a part of their content type. */
const OTHER_MAIN_PARTS = [
  ["ms-word.document.macroenabled", "a Word document with macros (DOCM)"],
  ["ms-word.template", "a Word template with macros (DOTM)"],
  ["wordprocessingml.template", "a Word template (DOTX)"],
  ["spreadsheetml", "an Excel workbook (XLSX)"],
  ["ms-excel", "an Excel workbook with macros (XLSM)"],
  ["presentationml", "a PowerPoint presentation (PPTX)"],
  ["ms-powerpoint", "a PowerPoint presentation with macros (PPTM)"],
] as const;

/** Reads a DOC: a compound file that holds a Word document, and not a workbook, a mail or an installer. */
export async function readDoc(path: string): Promise<MediaFacts> {
  const file = parseCompound(Buffer.from(await Bun.file(path).bytes()));
  if (find(file, "/EncryptedPackage")) throw unsupported("an encrypted Office document");
  const stream = find(file, "/WordDocument");
  if (!stream) throw unsupported("a compound file (application/x-cfb) without a Word document");
  const [low = 0, high = 0] = stream.content;
  if (low + high * 256 !== WORD_IDENT) throw unreadable("DOC document");
  return mediaFacts("doc");
}

/** Reads a DOCX: a ZIP whose relationships lead to a Word document, which unpacks as it was packed. */
export async function readDocx(path: string): Promise<MediaFacts> {
  try {
    const budget = { bytes: MAX_UNPACKED_BYTES };
    const lists = await unpackParts(path, [CONTENT_TYPES, RELATIONSHIPS], budget);
    const main = mainPart(lists.get(CONTENT_TYPES) ?? "", lists.get(RELATIONSHIPS) ?? "");
    const refusal = main && (OTHER_MAIN_PARTS.find(([type]) => main.contentType.includes(type))?.[1] ?? null);
    if (refusal) throw unsupported(refusal);
    if (main === null || main.contentType !== WORD_MAIN_TYPE) throw unsupported(NO_WORD);
    // Unpacked for the check of its size and checksum only.
    const found = await unpackParts(path, [main.name], budget);
    if (!found.has(main.name)) throw unsupported(NO_WORD);
  } catch (error) {
    throw refusalOf(error, "ZIP-based document");
  }
  return mediaFacts("docx");
}

/**
 * Finds the main part of a package (ISO 29500-2, section 9.3): the office document of its relationships, in the
 * transitional or the strict vocabulary, else the part with that content type.
 */
function mainPart(types: string, relationships: string): { name: string; contentType: string } | null {
  const overrides = elementsOf(types, "Override");
  const root = elementsOf(relationships, "Relationship").find(({ Type = "" }) => Type.endsWith("/officeDocument"));
  const target =
    root?.Target ?? overrides.find(({ ContentType = "" }) => typeOf(ContentType) === WORD_MAIN_TYPE)?.PartName;
  if (target === undefined) return null;
  const name = partName(target);
  const extension = name.slice(name.lastIndexOf(".") + 1);
  const byName = overrides.find(({ PartName = "" }) => partName(PartName) === name);
  const byExtension = elementsOf(types, "Default").find(({ Extension = "" }) => Extension.toLowerCase() === extension);
  return { name, contentType: typeOf((byName ?? byExtension)?.ContentType ?? "") };
}

/** Normalizes a part name: a path from the root, case-insensitive (ISO 29500-2, section 6.2.2). */
function partName(target: string): string {
  const path = URL.parse(target, "part:///")?.pathname ?? "";
  try {
    return decodeURIComponent(path).replace(/^\/+/, "").toLowerCase();
  } catch {
    return path.replace(/^\/+/, "").toLowerCase();
  }
}

function typeOf(contentType: string): string {
  return contentType.split(";")[0]?.trim().toLowerCase() ?? "";
}

/** Returns the attributes of all elements with this name, whatever their prefix. */
function elementsOf(text: string, name: string): Partial<Record<string, string>>[] {
  const found: Partial<Record<string, string>>[] = [];
  const parser = new SaxesParser({ xmlns: true });
  // Malformed XML ends the list; the parts that it would name are missing then.
  parser.on("error", () => {});
  parser.on("opentag", ({ local, attributes }) => {
    if (local !== name) return;
    found.push(Object.fromEntries(Object.values(attributes).map((attribute) => [attribute.local, attribute.value])));
  });
  parser.write(text.replace(/^\ufeff/, "")).close();
  return found;
}

/** Unpacks the first part of each of these names. */
async function unpackParts(
  path: string,
  names: readonly string[],
  budget: { bytes: number },
): Promise<ReadonlyMap<string, string>> {
  const parts = new Map<string, string>();
  const zip = await openPromise(path, { autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.toLowerCase();
      if (!names.includes(name)) continue;
      // Checked by its declared size: the library rejects a part that unpacks to more.
      budget.bytes -= entry.uncompressedSize;
      if (budget.bytes < 0) throw unreadable("DOCX document", "it unpacks to more than 128 MiB");
      if (!parts.has(name)) parts.set(name, await unpack(zip, entry));
    }
  } finally {
    zip.close();
  }
  return parts;
}

/** Unpacks a part; only the beginning of a long one is kept. */
async function unpack(zip: ZipFile, entry: Entry): Promise<string> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    if (bytes < MAX_LIST_BYTES) kept.push(chunk);
    bytes += chunk.byteLength;
  }
  return decodeXml(Buffer.concat(kept)) ?? "";
}

function parseCompound(bytes: Buffer): ReturnType<typeof read> {
  try {
    return read(bytes, { type: "buffer" });
  } catch (error) {
    throw refusalOf(error, "DOC document");
  }
}
