import { type PageFile, varint } from "./page_file.ts";
import { findPayload, type Payload } from "./table_cells.ts";

/** Which value of which row. */
export interface ValuePlace {
  /** The table's root page. */
  readonly root: number;
  readonly rowid: number;
  /** The column's index among the stored ones, from 0. */
  readonly column: number;
}

/** A piece, in bytes: few turns of the event loop, and little memory. */
const PIECE_BYTES = 256 * 1024;

/**
 * The bytes of a BLOB or TEXT value in pieces, each valid until the next is asked for, so that a value of any size takes
 * the same memory.
 *
 * @throws {Error} when the file is damaged there
 */
export async function* readBytes(pages: PageFile, { root, rowid, column }: ValuePlace): AsyncGenerator<Uint8Array> {
  const payload = findPayload(pages, root, rowid);
  const { offset, bytes } = extentOf(payload, column);
  let skip = offset;
  let left = bytes;
  // No Buffer: the `slice` of one is no copy, and a reader may rely on that.
  const piece = new Uint8Array(Math.min(PIECE_BYTES, bytes));
  let filled = 0;
  for (const stored of partsOf(pages, payload)) {
    let rest = stored.subarray(Math.min(skip, stored.byteLength));
    skip -= stored.byteLength - rest.byteLength;
    rest = rest.subarray(0, left);
    left -= rest.byteLength;
    while (rest.byteLength > 0) {
      const part = rest.subarray(0, piece.byteLength - filled);
      piece.set(part, filled);
      rest = rest.subarray(part.byteLength);
      filled += part.byteLength;
      if (filled < piece.byteLength) continue;
      yield piece;
      filled = 0;
    }
    if (left === 0) break;
  }
  if (left > 0) throw new Error(`row ${rowid} ends too early`);
  if (filled > 0) yield piece.subarray(0, filled);
}

/** The payload in order: the part in the table's page, then each overflow page (file format, section 1.6). */
function* partsOf(pages: PageFile, { bytes, local, overflow }: Payload): Generator<Buffer> {
  yield local;
  let left = bytes - local.byteLength;
  for (let number = overflow; left > 0; ) {
    const page = pages.page(number);
    // Read before the part is given away: the page is only valid until the next one is read.
    number = page.readUInt32BE(0);
    const part = page.subarray(4, 4 + Math.min(left, pages.usableBytes - 4));
    left -= part.byteLength;
    yield part;
  }
}

/** Where a column's bytes are within the payload, by the record's header (section 2.1). */
function extentOf({ local }: Payload, column: number): { readonly offset: number; readonly bytes: number } {
  const { value: headerBytes, next } = varint(local, 0);
  let offset = headerBytes;
  let at = next;
  for (let index = 0; at < headerBytes; index++) {
    const type = varint(local, at);
    const bytes = sizeOf(type.value);
    if (index === column) return { offset, bytes };
    offset += bytes;
    at = type.next;
  }
  return { offset, bytes: 0 };
}

/** How many bytes a value of a serial type takes (section 2.1). */
function sizeOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type] ?? 0;
}
