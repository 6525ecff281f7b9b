/** The size of a picture in pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Returns the size in a still WebP's header, or `null` if it is not a whole WebP file (RFC 9649). A few fixed bytes
 * are read and nothing is decoded, so it is safe in the server process.
 */
export function webpSize(bytes: Uint8Array): Size | null {
  if (bytes.byteLength < 30) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (textAt(bytes, 0) !== "RIFF" || textAt(bytes, 8) !== "WEBP") return null;
  if (view.getUint32(4, true) + 8 !== bytes.byteLength) return null;
  switch (textAt(bytes, 12)) {
    case "VP8 ":
      // After three bytes of the frame's tag and the start code 9d 01 2a: 14 bits each, below two of scaling.
      if (view.getUint16(23) !== 0x9d01 || view.getUint8(25) !== 0x2a) return null;
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      if (view.getUint8(20) !== 0x2f) return null;
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      // An animation is no thumbnail.
      if ((view.getUint8(20) & 0x02) !== 0) return null;
      return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    default:
      return null;
  }
}

function textAt(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

function uint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
}
