import type { PlaneLayout, VideoFrame } from "@napi-rs/webcodecs";

/** The planes of a frame in YUV: brightness and two of colour. */
export interface FramePlanes {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array | Uint16Array;
  readonly y: Plane;
  readonly u: Plane;
  readonly v: Plane;
}

/** The place of a plane: its position and the length of its rows, in samples, and its size. */
interface Plane {
  readonly offset: number;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

/** The layout of a frame's samples. */
export interface Sampling {
  /** The chroma subsampling as shifts, horizontal and vertical. */
  readonly shift: readonly [number, number];
  readonly bytesPerSample: 1 | 2;
}

/** Returns the visible size of a frame, in stored pixels. */
export function visibleSize(frame: VideoFrame): { width: number; height: number } {
  return frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
}

/** Returns how often a picture can be halved that is shown at this scale, and still be as large as it is shown. */
export function halvingsFor(scale: number): number {
  return Math.max(0, Math.floor(-Math.log2(scale)));
}

/** Returns the length of a side after some halvings. */
export function halved(length: number, times: number): number {
  return Math.ceil(length / 2 ** times);
}

/** Copies the planes of a frame into `bytes`, which has its allocation size, and halves them. */
export async function copyPlanes(
  frame: VideoFrame,
  bytes: Uint8Array<ArrayBuffer>,
  { shift, bytesPerSample, halvings }: Sampling & { readonly halvings: number },
): Promise<FramePlanes> {
  const [y, u, v] = await frame.copyTo(bytes);
  if (!y || !u || !v) throw new TypeError("Cannot convert a frame: it has no three planes");
  const samples = bytesPerSample === 2 ? new Uint16Array(bytes.buffer, 0, bytes.length >> 1) : bytes;
  const { width, height } = visibleSize(frame);
  // Chroma of an odd size is copied without its last column and row (@napi-rs/webcodecs 1.3.1, measured).
  const chroma = {
    width: Math.min(halved(width, shift[0]), u.stride / bytesPerSample),
    height: Math.min(halved(height, shift[1]), (v.offset - u.offset) / u.stride),
  };
  const reduced = ({ offset, stride }: PlaneLayout, size: { width: number; height: number }): Plane => {
    const plane = { offset: offset / bytesPerSample, stride: stride / bytesPerSample };
    for (let pass = 0; pass < halvings; pass++) {
      halve(samples, { ...plane, width: halved(size.width, pass), height: halved(size.height, pass) });
    }
    return { ...plane, width: halved(size.width, halvings), height: halved(size.height, halvings) };
  };
  const luma = reduced(y, { width, height });
  const { width: across, height: down } = luma;
  return { samples, y: luma, u: reduced(u, chroma), v: reduced(v, chroma), width: across, height: down };
}

/** Replaces each four samples of a plane by their mean, in place: what is written was read before. */
function halve(samples: Uint8Array | Uint16Array, { offset, stride, width, height }: Plane): void {
  for (let row = 0; row < height; row += 2) {
    const upper = offset + row * stride;
    const lower = row + 1 < height ? upper + stride : upper;
    const out = offset + (row >> 1) * stride;
    for (let x = 0; x < width; x += 2) {
      const next = x + 1 < width ? x + 1 : x;
      const sum =
        (samples[upper + x] ?? 0) +
        (samples[upper + next] ?? 0) +
        (samples[lower + x] ?? 0) +
        (samples[lower + next] ?? 0);
      samples[out + (x >> 1)] = (sum + 2) >> 2;
    }
  }
}
