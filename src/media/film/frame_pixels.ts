import type { PlaneLayout, VideoFrame } from "@napi-rs/webcodecs";
import { type WideColor, wideColorOf } from "./wide_color.ts";

/** The parts of a frame. WebM stores transparency in a separate film, whose brightness is the alpha channel. */
export type FramePart = "picture" | "alpha";

/** A reader of frames' pixels, in the colours that a player shows. */
export interface PixelReader {
  /** Writes RGBA into `out`, which has four bytes for each pixel of the visible picture. */
  read(frame: VideoFrame, out: Uint8Array): Promise<void>;
  /** Writes the alpha of RGBA in `out` from an alpha frame; one of another size is ignored. */
  readAlpha(frame: VideoFrame, out: Uint8Array): Promise<void>;
}

/**
 * Creates a reader with buffers for its frames' planes, to be used for one film.
 *
 * The frame's own conversion to RGB reads every film as BT.601 (measured: a BT.709 red of 220 came out as 201), which
 * is right for SD only. Frames in BT.709, of more bits or of wider colours are therefore copied raw and converted here.
 */
export function createPixelReader(): PixelReader {
  let planes = new Uint8Array(0);
  let tables = tablesFor(false);
  let full = false;
  // One film has one kind of frames; its conversion is created once.
  let wide: { key: string; color: WideColor | null } | null = null;
  return {
    async readAlpha(frame, out) {
      const { width, height } = visibleSize(frame);
      if (out.length !== width * height * 4) return;
      const bytes = new Uint8Array(frame.allocationSize());
      const [y] = await frame.copyTo(bytes);
      if (!y || !frame.format?.endsWith("20")) return;
      for (let row = 0, i = 3; row < height; row++) {
        for (let x = 0; x < width; x++, i += 4) out[i] = bytes[y.offset + row * y.stride + x] ?? 255;
      }
    },
    async read(frame, out) {
      const key = `${frame.format} ${JSON.stringify(frame.colorSpace)}`;
      if (wide?.key !== key) wide = { key, color: wideColorOf(frame) };
      if (wide.color) {
        const bytes = new Uint8Array(frame.allocationSize());
        return convertWide(bytes, {
          layout: await frame.copyTo(bytes),
          size: visibleSize(frame),
          color: wide.color,
          out,
        });
      }
      if (!isHdColor(frame)) return void (await frame.copyTo(out, { format: "RGBA" }));
      const bytes = frame.allocationSize();
      if (planes.length !== bytes) planes = new Uint8Array(bytes);
      const [y, u, v] = await frame.copyTo(planes);
      if (!y || !u || !v) throw new TypeError("Cannot convert a frame: it has no three planes");
      const isFull = frame.colorSpace.fullRange === true;
      if (isFull !== full) {
        full = isFull;
        tables = tablesFor(full);
      }
      const { width, height } = visibleSize(frame);
      const pixels = new Int32Array(out.buffer, out.byteOffset, width * height);
      for (let row = 0; row < height; row++) {
        const at = {
          y: y.offset + row * y.stride,
          u: u.offset + (row >> 1) * u.stride,
          v: v.offset + (row >> 1) * v.stride,
        };
        convertRow(planes, pixels.subarray(row * width, (row + 1) * width), at, tables);
      }
    },
  };
}

function convertWide(
  bytes: Uint8Array,
  {
    layout,
    size,
    color,
    out,
  }: Readonly<{ layout: PlaneLayout[]; size: { width: number; height: number }; color: WideColor; out: Uint8Array }>,
): void {
  const [y, u, v] = layout;
  if (!y || !u || !v) throw new TypeError("Cannot convert a frame: it has no three planes");
  const { shift, bytesPerSample: step } = color;
  const samples = step === 2 ? new Uint16Array(bytes.buffer, 0, bytes.length >> 1) : bytes;
  const pixels = new Int32Array(out.buffer, out.byteOffset, size.width * size.height);
  for (let row = 0, i = 0; row < size.height; row++) {
    const yAt = (y.offset + row * y.stride) / step;
    const uAt = (u.offset + (row >> shift[1]) * u.stride) / step;
    const vAt = (v.offset + (row >> shift[1]) * v.stride) / step;
    for (let x = 0; x < size.width; x++, i++) {
      const chroma = x >> shift[0];
      pixels[i] = color.toRgb(samples[yAt + x] ?? 0, samples[uAt + chroma] ?? 0, samples[vAt + chroma] ?? 0);
    }
  }
}

/** Returns the visible size of a frame, in stored pixels. */
export function visibleSize(frame: VideoFrame): { width: number; height: number } {
  return frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
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
  planes: Uint8Array,
  row: Int32Array,
  at: { y: number; u: number; v: number },
  { luma, redV, greenU, greenV, blueU }: Tables,
): void {
  const { y: yAt, u: uAt, v: vAt } = at;
  // Two pixels share their chroma. An odd last one writes past the end of the row, which a typed array ignores.
  for (let x = 0; x < row.length; x += 2) {
    const u = planes[uAt + (x >> 1)] ?? 128;
    const v = planes[vAt + (x >> 1)] ?? 128;
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
