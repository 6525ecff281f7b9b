import { fileTypeFromFile } from "file-type";
import { AppError } from "../core/errors.ts";
import { asUnavailable } from "../core/shortage.ts";
import { isPdfBehindText, pdfHeaderIn } from "./documents/pdf_header.ts";
import { ByteFile } from "./files/byte_file.ts";
import { decodeXml, rootElement } from "./files/xml.ts";
import { movieBrand } from "./film/boxes.ts";
import { unreadable, unsupported } from "./media_errors.ts";
import { findAdts } from "./sound/adts.ts";
import { findMpegAudio } from "./sound/mpeg_audio.ts";
import type { MediaFormat } from "./types.ts";

/** The supported formats by the content types of file-type; the readers of M4A, DOC and DOCX decide those. */
const FOUND: Record<string, MediaFormat> = {
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/apng": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "video/mp4": "mp4",
  "video/x-m4v": "mp4",
  "audio/mp4": "m4a",
  "audio/x-m4a": "m4a",
  "video/quicktime": "mov",
  "video/webm": "webm",
  "video/matroska": "mkv",
  "video/vnd.avi": "avi",
  "audio/mpeg": "mp3",
  "audio/wav": "wav",
  "audio/ogg": "ogg",
  "audio/aac": "aac",
  "application/pdf": "pdf",
  "font/ttf": "ttf",
  "font/otf": "otf",
  "font/woff2": "woff2",
  "application/x-cfb": "doc",
  "application/zip": "docx",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
};

/** Sounds that file-type does not detect, by their first bytes. */
const OTHER_SOUNDS = [
  ["riff\x2e\x91\xcf\x11", "Wave64 (W64)"],
  [".snd", "AU (audio/basic)"],
  ["TTA1", "True Audio (TTA)"],
  ["\x7f\xfe\x80\x01", "DTS"],
  ["\xfe\x7f\x01\x80", "DTS"],
  ["\x1f\xff\xe8\x00", "DTS"],
  ["\xff\x1f\x00\xe8", "DTS"],
  ["ADIF", "AAC in ADIF"],
] as const;

/** Content types that are text by their bytes, but not accepted as text files. */
const MARKUP = ["application/rtf", "application/postscript", "application/eps"];

/** The size of the examined head, enough for the comments that drawing programs write before the root element. */
const HEAD_BYTES = 256 * 1024;

/**
 * Detects the format of a file by its first bytes; the reader of the format validates the rest.
 *
 * Throws `media_unreadable` for an empty file and `unsupported_media_type` for any other format.
 */
export async function detectFormat(path: string): Promise<MediaFormat> {
  using file = new ByteFile(path);
  const head = file.read(0, HEAD_BYTES);
  if (head.length === 0) throw unreadable("file", "it is empty");
  const sound = soundByHead(head);
  if (sound) return sound;
  const type = await fileTypeFromFile(path).catch(unknownUnlessShort);
  const mime = type?.mime.split(";")[0] ?? "";
  const found = Object.hasOwn(FOUND, mime) ? FOUND[mime] : undefined;
  // A film need not start with its brand, which is all that the library checks.
  const film = !type || found === "mov" ? movieFormat(file) : null;
  if (film) return film;
  if (found) return found;
  if (type && (MARKUP.includes(mime) || !looksLikeText(head))) {
    throw unsupported(`${type.ext.toUpperCase()} (${mime})`);
  }
  return behindOtherBytes(file, head) ?? detectText(head);
}

/**
 * Detects sounds that file-type supports only in part: RIFF of 64 bits, and Ogg, whose reader names its codecs.
 *
 * Throws `unsupported_media_type` for the unsupported sounds of {@linkcode OTHER_SOUNDS}.
 */
function soundByHead(head: Buffer): MediaFormat | null {
  const text = head.toString("latin1", 0, 12);
  if (/^(RIFF|RIFX|RF64|BW64)/.test(text) && text.endsWith("WAVE")) return "wav";
  const other = OTHER_SOUNDS.find(([magic]) => text.startsWith(magic));
  if (other && !looksLikeText(head)) throw unsupported(other[1]);
  return text.startsWith("OggS") ? "ogg" : null;
}

/**
 * Detects formats whose readers look for the content behind padding, junk or a text before it, as players and viewers
 * do.
 */
function behindOtherBytes(file: ByteFile, head: Buffer): MediaFormat | null {
  const header = pdfHeaderIn(head);
  if (header !== null && (!isUtf8(head) || isPdfBehindText(file, header))) return "pdf";
  if (head.includes("OggS\0\x02", 0, "latin1")) return "ogg";
  // No UTF-8 text has this byte, with which every frame of these sounds begins.
  if (!head.includes(0xff) && head.toString("latin1", 0, 3) !== "ID3") return null;
  const [mpeg, adts] = [findMpegAudio(file), findAdts(file)];
  if (mpeg === null) return adts === null ? null : "aac";
  return adts !== null && adts < mpeg ? "aac" : "mp3";
}

/** Returns true for UTF-8, also if the last character is cut off. */
function isUtf8(head: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return !head.includes(0);
  } catch {
    return false;
  }
}

/** Returns MP4 or MOV by the brand of a film that does not start with it; null if the file is not a film. */
function movieFormat(file: ByteFile): MediaFormat | null {
  const brand = movieBrand(file);
  if (brand === null) return null;
  return brand === "qt  " ? "mov" : "mp4";
}

function detectText(head: Uint8Array): MediaFormat {
  const text = (decodeXml(head) ?? new TextDecoder().decode(head)).replace(/^\ufeff/, "");
  const start = text.trimStart();
  if (start.startsWith("%PDF-")) return "pdf";
  if (start.startsWith("<")) {
    const root = rootElement(text);
    // A file whose root is not well-formed is still not text; its reader rejects it.
    if (root?.local === "svg" || (root === null && /^(?:<\?xml[^>]*>\s*)?<(?:[\w.-]+:)?svg[\s/>]/.test(start)))
      return "svg";
    if (looksLikeHtml(start) || root?.local === "html") throw unsupported("an HTML page");
    if (root && start.startsWith("<?xml")) throw unsupported("an XML document");
  }
  return "txt";
}

/**
 * Returns true for the tags of "Identifying a resource with an unknown MIME type" in the WHATWG MIME Sniffing standard.
 */
function looksLikeHtml(start: string): boolean {
  return /^(<!doctype html|<(html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>]|<!--)/i.test(
    start,
  );
}

function looksLikeText(head: Uint8Array): boolean {
  return !head.subarray(0, 4096).includes(0);
}

/** Treats a failed detection as an unknown type; a lack of resources on this machine is thrown. */
function unknownUnlessShort(error: unknown): undefined {
  const passing = asUnavailable(error, "read the file");
  if (passing instanceof AppError) throw passing;
}
