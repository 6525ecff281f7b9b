import { VideoEncoder, VideoFrame } from "@napi-rs/webcodecs";
import { EncodedPacket, EncodedVideoPacketSource, FilePathTarget, Mp4OutputFormat, Output } from "mediabunny";

/** The encoding of a film's colours, and whether the file declares it. */
export interface Coding {
  readonly width: number;
  readonly height: number;
  readonly matrix: "bt709" | "smpte170m";
  readonly isSaid: boolean;
}

type Rgb = readonly [number, number, number];

/** The weights of red and blue in luma (ITU-R BT.709 and BT.601, table of the luminance equation). */
const WEIGHTS = { bt709: [0.2126, 0.0722], smpte170m: [0.299, 0.114] } as const;

/** Writes a real H.264 MP4 of half a second whose pictures have one colour at the left and one at the right. */
export async function twoColors(
  path: string,
  { coding, left, right }: { coding: Coding; left: Rgb; right: Rgb },
): Promise<string> {
  const { width, height, matrix, isSaid } = coding;
  const colorSpace = { primaries: "bt709", transfer: "bt709", matrix, fullRange: false } as const;
  const source = new EncodedVideoPacketSource("avc");
  const output = new Output({ format: new Mp4OutputFormat(), target: new FilePathTarget(path) });
  output.addVideoTrack(source, { frameRate: 24 });
  await output.start();
  let written: Promise<void> = Promise.resolve();
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      const { colorSpace: _made, ...config } = metadata?.decoderConfig ?? { codec: "avc1.640028" };
      const meta = { decoderConfig: { ...config, ...(isSaid && { colorSpace }) } };
      written = written.then(() =>
        source.add(new EncodedPacket(data, chunk.type, chunk.timestamp / 1e6, 1 / 24), meta),
      );
    },
    error(error) {
      throw error;
    },
  });
  encoder.configure({ codec: "avc1.640028", width, height, bitrate: 6_000_000, framerate: 24, avc: { format: "avc" } });
  const planes = planesOf(coding, left, right);
  for (let number = 0; number < 12; number++) {
    const timestamp = Math.round((number * 1e6) / 24);
    const init = { format: "I420", codedWidth: width, codedHeight: height, timestamp } as const;
    const frame = new VideoFrame(planes, isSaid ? { ...init, colorSpace } : init);
    encoder.encode(frame, { keyFrame: number === 0 });
    frame.close();
  }
  await encoder.flush();
  await written;
  await output.finalize();
  encoder.close();
  return path;
}

function planesOf({ width, height, matrix }: Coding, left: Rgb, right: Rgb): Uint8Array {
  const [y, c] = [width * height, (width * height) / 4];
  const planes = new Uint8Array(y + 2 * c);
  const sides = [left, right].map((color) => coded(color, WEIGHTS[matrix]));
  const fill = (plane: Uint8Array, columns: number, part: 0 | 1 | 2): void => {
    for (let i = 0; i < plane.length; i++) plane[i] = sides[i % columns < columns / 2 ? 0 : 1]?.[part] ?? 0;
  };
  fill(planes.subarray(0, y), width, 0);
  fill(planes.subarray(y, y + c), width / 2, 1);
  fill(planes.subarray(y + c), width / 2, 2);
  return planes;
}

/** Y, Cb and Cr in limited range. */
function coded([red, green, blue]: Rgb, [ofRed, ofBlue]: readonly [number, number]): Rgb {
  const light = ofRed * red + (1 - ofRed - ofBlue) * green + ofBlue * blue;
  const [cb, cr] = [(blue - light) / (2 * (1 - ofBlue)), (red - light) / (2 * (1 - ofRed))];
  return [16 + (light * 219) / 255, 128 + (cb * 224) / 255, 128 + (cr * 224) / 255];
}
