import type { ByteFile } from "../files/byte_file.ts";

/** A box of an ISO base media file (ISO/IEC 14496-12, section 4.2), or an atom of a QuickTime file. */
export interface Box {
  readonly type: string;
  /** The positions of the header's start, the content's start, and the end. */
  readonly at: number;
  readonly data: number;
  readonly end: number;
}

/** The boxes that a film may start with: QuickTime allows more than `ftyp`. */
const FIRST = new Set(["ftyp", "styp", "free", "skip", "wide", "pnot", "uuid", "mdat", "moov", "moof", "sidx", "PICT"]);

/** The maximum of top-level boxes to check before a file without `ftyp` counts as a film. */
const LOOKS = 32;

/**
 * Returns the box at a position of a file, or null if there is none; a box of size 0 reaches to the end (section
 * 4.2.2).
 */
export function topBoxAt(file: ByteFile, at: number): Box | null {
  const head = file.bytes(at, 16);
  return head.length < 8 ? null : parse(viewOf(head), { at, offset: at, limit: file.size });
}

/** Yields the consecutive boxes in `view` between two positions; invalid data ends them. */
export function* boxesIn(view: DataView, from: number, to: number): Generator<Box> {
  for (let at = from; at + 8 <= to; ) {
    const box = parse(view, { at, offset: 0, limit: to });
    if (!box || box.end > to) return;
    yield box;
    at = box.end;
  }
}

/** Returns the major brand of a film, `qt  ` for one without a brand, or null if the file is not a film. */
export function movieBrand(file: ByteFile): string | null {
  let at = 0;
  for (let look = 0; look < LOOKS; look++) {
    const box = topBoxAt(file, at);
    if (look === 0 && !(box && FIRST.has(box.type))) return null;
    if (!box) return null;
    if (box.type === "ftyp") return latin1(file.bytes(box.data, 4));
    if (box.type === "moov" || box.type === "moof") return "qt  ";
    // Text has no bytes this low, so this was meant as a box, even if it is cut.
    if (box.end > file.size || box.end === file.size) return (file.bytes(0, 1)[0] ?? 255) < 9 ? "qt  " : null;
    at = box.end;
  }
  return "qt  ";
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function parse(view: DataView, { at, offset, limit }: { at: number; offset: number; limit: number }): Box | null {
  const here = at - offset;
  let size = view.getUint32(here);
  let data = at + 8;
  const type = latin1(new Uint8Array(view.buffer, view.byteOffset + here + 4, 4));
  if (size === 1) {
    if (view.byteLength < here + 16) return null;
    size = Number(view.getBigUint64(here + 8));
    data = at + 16;
  }
  if (size === 0) size = limit - at;
  return at + size < data ? null : { type, at, data, end: at + size };
}
