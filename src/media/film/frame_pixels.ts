import type { VideoFrame } from "@napi-rs/webcodecs";
import { copyPlanes, type FramePlanes, halved, type Sampling, visibleSize } from "./frame_planes.ts";
import { type WideColor, wideColorOf } from "./wide_color.ts";

/** The parts of a frame. WebM stores transparency in a separate film, whose brightness is the alpha channel. */
export type FramePart = "picture" | "alpha";

/** The pixels of a frame. */
export interface FramePixels {
  readonly width: number;
  readonly height: number;
  /** RGBA, with four bytes for each pixel. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** A reader of frames' pixels, in the colours that a player shows. */
export interface PixelReader {
  /**
   * Reads the visible picture, halved up to so many times (0). Halving comes before the conversion, which is what
   * costs. The pixels are valid until the next call.
   */
  read(frame: VideoFrame, halvings?: number): Promise<FramePixels>;
  /** Writes the alpha of pixels from an alpha frame; one of another size is ignored. */
  readAlpha(frame: VideoFrame, pixels: FramePixels): Promise<void>;
}

const I420: Sampling = { shift: [1, 1], bytesPerSample: 1 };

/**
 * Creates a reader with buffers for its frames' planes, to be used for one film.
 *
 * The frame's own conversion to RGB reads every film as BT.601 (measured: a BT.709 red of 220 came out as 201), which
 * is right for SD only. Frames in BT.709, of more bits or of wider colours are therefore copied raw and converted here.
 */
export function createPixelReader(): PixelReader {
  let bytes = new Uint8Array(0);
  let rgba = new Uint8ClampedArray(0);
  let tables = tablesFor(false);
  let full = false;
  // One film has one kind of frames; its conversion is created once.
  let wide: { key: string; color: WideColor | null } | null = null;

  const planesOf = (frame: VideoFrame, sampling: Sampling, halvings: number): Promise<FramePlanes> => {
    const size = frame.allocationSize();
    if (bytes.length !== size) bytes = new Uint8Array(size);
    return copyPlanes(frame, bytes, { ...sampling, halvings });
  };
  const pixelsOf = ({ width, height }: { width: number; height: number }): FramePixels => {
    if (rgba.length !== width * height * 4) rgba = new Uint8ClampedArray(width * height * 4);
    return { width, height, data: rgba };
  };

  return {
    async readAlpha(frame, { data, width, height }) {
      if (!frame.format?.endsWith("20")) return;
      const size = visibleSize(frame);
      let halvings = 0;
      while (halved(size.width, halvings) > width) halvings++;
      const { samples, y, ...alpha } = await planesOf(frame, I420, halvings);
      if (alpha.width !== width || alpha.height !== height) return;
      for (let row = 0, i = 3; row < height; row++) {
        for (let x = 0; x < width; x++, i += 4) data[i] = samples[y.offset + row * y.stride + x] ?? 255;
      }
    },
    async read(frame, halvings = 0) {
      const key = `${frame.format} ${JSON.stringify(frame.colorSpace)}`;
      if (wide?.key !== key) wide = { key, color: wideColorOf(frame) };
      const { color } = wide;
      if (color) {
        const planes = await planesOf(frame, color, halvings);
        const pixels = pixelsOf(planes);
        convertWide(planes, pixels, color);
        return pixels;
      }
      if (!isHdColor(frame)) {
        const pixels = pixelsOf(visibleSize(frame));
        await frame.copyTo(new Uint8Array(pixels.data.buffer), { format: "RGBA" });
        return pixels;
      }
      const planes = await planesOf(frame, I420, halvings);
      const isFull = frame.colorSpace.fullRange === true;
      if (isFull !== full) {
        full = isFull;
        tables = tablesFor(full);
      }
      const pixels = pixelsOf(planes);
      convertHd(planes, pixels, tables);
      return pixels;
    },
  };
}

function convertWide({ samples, y, u, v, width, height }: FramePlanes, { data }: FramePixels, color: WideColor): void {
  const [across, down] = color.shift;
  const pixels = new Int32Array(data.buffer);
  for (let row = 0, i = 0; row < height; row++) {
    const yAt = y.offset + row * y.stride;
    const chromaRow = Math.min(row >> down, u.height - 1);
    const [uAt, vAt] = [u.offset + chromaRow * u.stride, v.offset + chromaRow * v.stride];
    for (let x = 0; x < width; x++, i++) {
      const chroma = Math.min(x >> across, u.width - 1);
      pixels[i] = color.toRgb(samples[yAt + x] ?? 0, samples[uAt + chroma] ?? 0, samples[vAt + chroma] ?? 0);
    }
  }
}

function convertHd({ samples, y, u, v, width, height }: FramePlanes, { data }: FramePixels, tables: Tables): void {
  const pixels = new Int32Array(data.buffer);
  for (let row = 0; row < height; row++) {
    const chromaRow = Math.min(row >> 1, u.height - 1);
    const at = {
      y: y.offset + row * y.stride,
      u: u.offset + chromaRow * u.stride,
      v: v.offset + chromaRow * v.stride,
      last: u.width - 1,
    };
    convertRow(samples, pixels.subarray(row * width, (row + 1) * width), at, tables);
  }
}

/** Returns true for a frame in BT.709: by its label, or without a label at 720 lines or more, as players assume. */
function isHdColor(frame: VideoFrame): boolean {
  if (frame.format !== "I420") return false;
  const matrix = frame.colorSpace.matrix ?? null;
  return matrix === "bt709" || (matrix === null && Math.min(frame.codedWidth, frame.codedHeight) >= 720);
}

/** Fractional bits of the integer arithmetic. */
const SHIFT = 12;

interface Tables {
  luma: Int32Array;
  redV: Int32Array;
  greenU: Int32Array;
  greenV: Int32Array;
  blueU: Int32Array;
}

/**
 * Returns the products of ITU-R BT.709 for each value of a byte; a full-range film uses all of it, others 16 to 235.
 */
function tablesFor(full: boolean): Tables {
  const table = (of: (value: number) => number): Int32Array =>
    Int32Array.from({ length: 256 }, (_, value) => Math.round(of(value) * 2 ** SHIFT));
  const chroma = full ? 1 : 255 / 224;
  return {
    luma: table((value) => (full ? value : ((value - 16) * 255) / 219) + 0.5),
    redV: table((value) => (value - 128) * 1.5748 * chroma),
    greenU: table((value) => (value - 128) * -0.18732 * chroma),
    greenV: table((value) => (value - 128) * -0.46812 * chroma),
    blueU: table((value) => (value - 128) * 1.8556 * chroma),
  };
}

function convertRow(
  planes: Uint8Array | Uint16Array,
  row: Int32Array,
  at: { y: number; u: number; v: number; last: number },
  { luma, redV, greenU, greenV, blueU }: Tables,
): void {
  const { y: yAt, u: uAt, v: vAt, last } = at;
  // Two pixels share their chroma. An odd last one writes past the end of the row, which a typed array ignores.
  for (let x = 0; x < row.length; x += 2) {
    const chroma = Math.min(x >> 1, last);
    const u = planes[uAt + chroma] ?? 128;
    const v = planes[vAt + chroma] ?? 128;
    const red = redV[v] ?? 0;
    const green = (greenU[u] ?? 0) + (greenV[v] ?? 0);
    const blue = blueU[u] ?? 0;
    row[x] = pixel(luma[planes[yAt + x] ?? 16] ?? 0, red, green, blue);
    row[x + 1] = pixel(luma[planes[yAt + x + 1] ?? 16] ?? 0, red, green, blue);
  }
}

/** Packs one opaque pixel. Little-endian, like all machines that Bun supports: red is the first byte. */
function pixel(light: number, red: number, green: number, blue: number): number {
  const r = (light + red) >> SHIFT;
  const g = (light + green) >> SHIFT;
  const b = (light + blue) >> SHIFT;
  return -0x1000000 | (byte(b) << 16) | (byte(g) << 8) | byte(r);
}

function byte(value: number): number {
  return value < 0 ? 0 : Math.min(value, 255);
}
