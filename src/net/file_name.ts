import { parse } from "content-disposition";

const MAX_FILE_NAME = 255;

/**
 * Returns the file's name in a Content-Disposition header (RFC 6266), safe to display: no folders, no control or
 * direction characters, at most 255 characters.
 *
 * @param header - the header as Node gives it, in Latin-1
 * @returns `null` where there is no usable name
 */
export function sentFileName(header: string | undefined): string | null {
  const name = header === undefined ? undefined : readFileName(header);
  if (name === undefined) return null;
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const shown = Array.from(last.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, "").trim())
    .slice(0, MAX_FILE_NAME)
    .join("");
  return shown === "" || /^\.+$/.test(shown) ? null : shown;
}

function readFileName(header: string): string | undefined {
  try {
    const name = parse(header).parameters.filename;
    return name === undefined ? undefined : fromBytes(name);
  } catch {
    // A malformed header is no reason to refuse a good file.
    return undefined;
  }
}

/** Decodes UTF-8 that many servers send where RFC 6266 allows only Latin-1; other text stays as it is. */
function fromBytes(text: string): string {
  if (/[^\0-\xff]/.test(text)) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "latin1"));
  } catch {
    return text;
  }
}
