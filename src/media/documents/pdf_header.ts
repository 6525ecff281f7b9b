import type { ByteFile } from "../files/byte_file.ts";

/** The range in which readers search the header (ISO 32000-1, annex H of Adobe's edition, note 13). */
const HEADER_WITHIN_BYTES = 1024;
const TAIL_BYTES = 8 * 1024;

/** Returns the position of a PDF header in the first bytes of a file, or null. */
export function pdfHeaderIn(head: Buffer): number | null {
  const at = head.toString("latin1", 0, HEADER_WITHIN_BYTES + 8).search(/%PDF-\d\.\d/);
  return at < 0 || at >= HEADER_WITHIN_BYTES ? null : at;
}

/**
 * Returns true for a PDF with text before its header. Text that only mentions such a header has no table of objects:
 * the number at the end must lead to one, or the file must end as a PDF does and have the header on a line of its own.
 */
export function isPdfBehindText(file: ByteFile, header: number): boolean {
  const tail = file.read(-TAIL_BYTES, TAIL_BYTES).toString("latin1");
  const last = [...tail.matchAll(/startxref\s{1,8}(\d{1,12})\s{1,8}%%EOF/g)].at(-1);
  if (!last) return false;
  for (const at of [Number(last[1]), Number(last[1]) + header]) {
    if (/^\s{0,4}(xref\b|\d{1,10}\s\d{1,5}\sobj\b)/.test(file.text(at, 40))) return true;
  }
  const before = file.text(Math.max(0, header - 1), 1);
  return tail.trimEnd().endsWith("%%EOF") && (before === "\n" || before === "\r");
}
