import type { FileWindow } from "../files/file_window.ts";

/** A box of an ISO base media file (ISO/IEC 14496-12, section 4.2), or an atom of a QuickTime file. */
export interface Box {
  readonly type: string;
  /** Where its header starts, its content starts, and it ends. */
  readonly at: number;
  readonly data: number;
  readonly end: number;
}

/** The boxes that a film may start with: QuickTime knows more than `ftyp`. */
const FIRST = new Set(["ftyp", "styp", "free", "skip", "wide", "pnot", "uuid", "mdat", "moov", "moof", "sidx", "PICT"]);

/** Boxes of the top level that are looked at before a film without `ftyp` is taken for one. */
const LOOKS = 32;

/** The box at a position of a file; one of size 0 reaches to the end (section 4.2.2). Null for what is none. */
export function topBoxAt(file: FileWindow, at: number): Box | null {
  const head = file.bytes(at, 16);
  return head.length < 8 ? null : parse(viewOf(head), { at, offset: at, limit: file.size });
}

/** The boxes that follow one another in `view` from one position to another; what is no box ends them. */
export function* boxesIn(view: DataView, from: number, to: number): Generator<Box> {
  for (let at = from; at + 8 <= to; ) {
    const box = parse(view, { at, offset: 0, limit: to });
    if (!box || box.end > to) return;
    yield box;
    at = box.end;
  }
}

/** The major brand of a film, `qt  ` for one that has none, or null where the bytes are no film's. */
export function movieBrand(file: FileWindow): string | null {
  let at = 0;
  for (let look = 0; look < LOOKS; look++) {
    const box = topBoxAt(file, at);
    if (look === 0 && !(box && FIRST.has(box.type))) return null;
    if (!box) return null;
    if (box.type === "ftyp") return latin1(file.bytes(box.data, 4));
    if (box.type === "moov" || box.type === "moof") return "qt  ";
    // Text has no bytes this low, so what starts so was meant as a box, even if it is cut.
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
