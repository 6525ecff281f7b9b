import { type PageFile, varint } from "./page_file.ts";

/** Where the payload of a row is: its beginning in the table's page, the rest in a chain of overflow pages. */
export interface Payload {
  readonly bytes: number;
  /** A copy of what is in the table's page. */
  readonly local: Buffer;
  /** The first overflow page; 0 is none. */
  readonly overflow: number;
}

const INTERIOR_TABLE_PAGE = 0x05;
const LEAF_TABLE_PAGE = 0x0d;
/** No table is deeper: four billion pages of at least two children each. */
const MOST_LEVELS = 40;

/**
 * Finds a row by its rowid in the b-tree of a table (file format, section 1.6).
 *
 * @throws {Error} when there is no such row, or the file is damaged there
 */
export function findPayload(pages: PageFile, root: number, rowid: number): Payload {
  let number = root;
  for (let level = 0; level < MOST_LEVELS; level++) {
    const page = pages.page(number);
    // The first page begins with the header of the file.
    const header = number === 1 ? 100 : 0;
    const kind = page.readUInt8(header);
    const cells = page.readUInt16BE(header + 3);
    if (kind === INTERIOR_TABLE_PAGE) {
      const cell = (index: number) => page.readUInt16BE(header + 12 + 2 * index);
      const index = firstNotBelow(cells, rowid, (at) => varint(page, cell(at) + 4).value);
      number = index < cells ? page.readUInt32BE(cell(index)) : page.readUInt32BE(header + 8);
      continue;
    }
    if (kind !== LEAF_TABLE_PAGE) break;
    const cell = (index: number) => page.readUInt16BE(header + 8 + 2 * index);
    const rowidAt = (index: number) => varint(page, varint(page, cell(index)).next).value;
    const index = firstNotBelow(cells, rowid, rowidAt);
    if (index === cells || rowidAt(index) !== rowid) break;
    return payloadAt(page, cell(index), pages.usableBytes);
  }
  throw new Error(`row ${rowid} is not where the table says`);
}

function payloadAt(page: Buffer, at: number, usable: number): Payload {
  const { value: bytes, next } = varint(page, at);
  const begin = varint(page, next).next;
  const local = localBytes(bytes, usable);
  const overflow = local < bytes ? page.readUInt32BE(begin + local) : 0;
  return { bytes, local: Buffer.from(page.subarray(begin, begin + local)), overflow };
}

/** How much of a payload is in the table's page (section 1.6, "cell payload overflow pages"). */
function localBytes(payload: number, usable: number): number {
  const most = usable - 35;
  if (payload <= most) return payload;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const wanted = least + ((payload - least) % (usable - 4));
  return wanted <= most ? wanted : least;
}

/** The first index whose key is not below the wanted one; the keys ascend. */
function firstNotBelow(count: number, wanted: number, keyAt: (index: number) => number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyAt(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
