import { create } from "content-disposition";
import { ALL_MEDIA_TYPES } from "../../media/mod.ts";

/** The longest name: long enough for people, short enough for every file system (255 bytes) with its extension. */
const MAX_NAME_BYTES = 180;

/** Other spellings of the known extensions, which a name may keep. */
const ALIASES: Record<string, readonly string[]> = {
  jpg: ["jpeg", "jpe", "jfif"],
  ogg: ["oga", "opus"],
  txt: ["text"],
};

const EXTENSIONS: ReadonlySet<string> = new Set(ALL_MEDIA_TYPES.map((type) => type.extension));

/**
 * Returns the value of `Content-Disposition` (RFC 6266) for an untrusted name.
 *
 * The name loses every character that can deceive a reader or leave a directory, and always ends in the extension of
 * the actual media type; outside ASCII it is sent as `filename*` with a plain fallback.
 *
 * @param options.extension without a dot: `"jpg"`
 */
export function contentDisposition(name: string, options: { inline: boolean; extension: string }): string {
  const filename = safeFilename(name, options.extension);
  return create(filename, { type: options.inline ? "inline" : "attachment" });
}

/** Returns the name for saving; see {@linkcode contentDisposition}. */
export function safeFilename(name: string, extension: string): string {
  const clean = name
    .toWellFormed()
    .normalize("NFC")
    // Control characters, and the invisible ones that reverse "gpj.exe" on the screen.
    .replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "")
    .replace(/[/\\]/g, "_")
    .replace(/\s+/g, " ")
    .replace(/^[. ]+|[. ]+$/g, "");
  const stem = shorten(stemOf(clean, extension)) || "file";
  return `${stem}.${keptExtension(clean, extension)}`;
}

function lastExtension(name: string): string {
  return /\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? "";
}

/** Returns the sender's spelling of the right extension, or the right one. */
function keptExtension(name: string, extension: string): string {
  const own = lastExtension(name);
  const lower = own.toLowerCase();
  return lower === extension || ALIASES[extension]?.includes(lower) ? own : extension;
}

/** Returns the name without a known extension; a text that merely looks like one ("v1.2", ".exe") stays visible. */
function stemOf(name: string, extension: string): string {
  const own = lastExtension(name).toLowerCase();
  const known = EXTENSIONS.has(own) || ALIASES[extension]?.includes(own);
  return known ? name.slice(0, -own.length - 1) : name;
}

/** Shortens a name at a whole character. */
function shorten(text: string): string {
  if (text.length * 3 <= MAX_NAME_BYTES) return text;
  let bytes = 0;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, MAX_NAME_BYTES))) {
    bytes += Buffer.byteLength(segment);
    if (bytes > MAX_NAME_BYTES) break;
    kept += segment;
  }
  return kept.toWellFormed().trimEnd();
}
