import { concat } from "./film_surgery.ts";

/** An element with its size, in as many bytes as it may have. */
export function element(id: readonly number[], ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(content.reduce((sum, part) => sum + part.length, 0)));
  size[0] = 0x01;
  return concat([Uint8Array.from(id), size, ...content]);
}

/** An element whose writer could not go back: it has no size. */
export function endless(id: readonly number[], ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concat([Uint8Array.from(id), Uint8Array.of(0x01, 255, 255, 255, 255, 255, 255, 255), ...content]);
}

export const SEGMENT = [0x18, 0x53, 0x80, 0x67];
export const CLUSTER = [0x1f, 0x43, 0xb6, 0x75];
export const CUES = [0x1c, 0x53, 0xbb, 0x6b];
export const VOID = [0xec];
export const CRC = [0xbf];
/** Valid, and of no standard. */
export const UNKNOWN = [0x45, 0x67];

export interface MatroskaParts {
  readonly head: Uint8Array;
  readonly info: Uint8Array;
  readonly tracks: Uint8Array;
  /** The content of the only cluster. */
  readonly blocks: Uint8Array;
  /** The ends of the simple blocks. */
  readonly lastBlock: number;
}

/** Takes a Matroska fixture with one cluster apart. */
export function partsOf(bytes: Uint8Array): MatroskaParts {
  const at = (id: readonly number[], from = 0): { start: number; data: number; end: number } => {
    const start = Buffer.from(bytes).indexOf(Uint8Array.from(id), from);
    const length = Math.clz32(bytes[start + id.length] ?? 0) - 23;
    let size = (bytes[start + id.length] ?? 0) & (0xff >> length);
    for (let i = 1; i < length; i++) size = size * 256 + (bytes[start + id.length + i] ?? 0);
    const data = start + id.length + length;
    return { start, data, end: data + size };
  };
  const segment = at(SEGMENT);
  const info = at([0x15, 0x49, 0xa9, 0x66], segment.data + 100);
  const tracks = at([0x16, 0x54, 0xae, 0x6b], info.end);
  const cluster = at(CLUSTER, tracks.end);
  return {
    head: bytes.slice(0, segment.start),
    info: bytes.slice(info.start, info.end),
    tracks: bytes.slice(tracks.start, tracks.end),
    blocks: bytes.slice(cluster.data, cluster.end),
    lastBlock: cluster.end,
  };
}
