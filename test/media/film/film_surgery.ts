/** A box of a film, taken apart: what stands before its boxes, and the boxes; a leaf has its content in `lead` only. */
export interface BoxTree {
  type: string;
  lead: Uint8Array;
  boxes: BoxTree[];
}

/** Bytes that stand before the boxes of a box which has any. */
const LEADS: Readonly<Record<string, number>> = {
  ...{ moov: 0, trak: 0, edts: 0, mdia: 0, minf: 0, stbl: 0, stsd: 8, avc1: 78, mvex: 0, moof: 0, traf: 0 },
};

/** Takes the boxes of a film apart. */
export function boxesOf(bytes: Uint8Array): BoxTree[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const trees: BoxTree[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += view.getUint32(at)) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const content = bytes.slice(at + 8, at + view.getUint32(at));
    const lead = LEADS[type] ?? content.length;
    trees.push({ type, lead: content.subarray(0, lead), boxes: boxesOf(content.subarray(lead)) });
  }
  return trees;
}

/** Puts boxes together again. */
export function joined(trees: readonly BoxTree[]): Uint8Array<ArrayBuffer> {
  return concat(trees.map(({ type, lead, boxes }) => box(type, lead, joined(boxes))));
}

/** A box of a type and its content. */
export function box(type: string, ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = content.reduce((sum, part) => sum + part.length, 8);
  return concat([words(size), new TextEncoder().encode(type), ...content]);
}

/** The first box on a way of types. */
export function boxAt(trees: readonly BoxTree[], ...way: readonly string[]): BoxTree {
  const [type, ...rest] = way;
  const found = trees.find((tree) => tree.type === type);
  if (!found) throw new Error(`no ${type} box`);
  return rest.length === 0 ? found : boxAt(found.boxes, ...rest);
}

/** The film of a fixture with other boxes around its data, in an order that is its own; sample positions follow. */
export function rearranged(
  bytes: Uint8Array,
  arrange: (parts: { ftyp: Uint8Array; moov: Uint8Array; data: Uint8Array }) => readonly Uint8Array[],
  change: (moov: BoxTree) => void = () => {},
): Uint8Array<ArrayBuffer> {
  const trees = boxesOf(bytes);
  const moov = boxAt(trees, "moov");
  const { lead: data } = boxAt(trees, "mdat");
  change(moov);
  const ftyp = joined([boxAt(trees, "ftyp")]);
  const parts = (): Uint8Array<ArrayBuffer> => concat(arrange({ ftyp, moov: joined([moov]), data }));
  const moved = Buffer.from(parts()).indexOf(data) - Buffer.from(bytes).indexOf(data);
  for (const trak of moov.boxes.filter(({ type }) => type === "trak")) {
    if (trak.boxes.length === 0) continue;
    const { lead } = boxAt(trak.boxes, "mdia", "minf", "stbl", "stco");
    const view = new DataView(lead.buffer, lead.byteOffset, lead.byteLength);
    for (let at = 8; at < lead.length; at += 4) view.setUint32(at, view.getUint32(at) + moved);
  }
  return parts();
}

/** An edit list of a version; each edit has a duration in the film's time, a media time in the track's, and a rate. */
export function editList(version: 0 | 1, edits: readonly (readonly [number, number, number?])[]): BoxTree {
  const long = (value: number): Uint8Array => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
    return version === 1 ? bytes : bytes.subarray(4);
  };
  const entries = edits.flatMap(([duration, media, rate = 1]) => [long(duration), long(media), words(rate * 0x10000)]);
  const list: BoxTree = { type: "elst", lead: concat([words(version << 24, edits.length), ...entries]), boxes: [] };
  return { type: "edts", lead: new Uint8Array(0), boxes: [list] };
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts));
}

/** Big-endian 32-bit words. */
export function words(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(i * 4, value >>> 0);
  return bytes;
}
