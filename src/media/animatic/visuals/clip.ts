import { type Canvas, ImageData, type SKRSContext2D } from "@napi-rs/canvas";
import type { VideoFrame } from "@napi-rs/webcodecs";
import { EncodedPacketSink, type InputVideoTrack } from "mediabunny";
import sharp, { type Sharp } from "sharp";
import { createPixelReader, visibleSize } from "../../film/frame_pixels.ts";
import { openContainer, pictureTrack } from "../../film/open_container.ts";
import { presentationOf } from "../../film/presentation.ts";
import { firstGoodFrame, isGoodFrame } from "../../film/video_frame.ts";
import type { Size } from "../layout.ts";
import { canvasOf } from "../text/typography.ts";
import { UnusableAsset } from "../unusable.ts";
import { sampleOf } from "./calm.ts";
import { type FrameReader, openFrames } from "./frame_reader.ts";
import { blurred, coverBox, fitOf, pixels, wholeBox } from "./picture.ts";
import type { Visual } from "./visual.ts";

/** The options of {@linkcode openClip}. */
export interface ClipOptions {
  frame: Size;
  fps: number;
  /** Called once if the clip cannot be decoded further; its last picture then stays. */
  onBroken: (reason: unknown) => void;
  /** Opens the clip for a single picture: if the first is black or of one colour, a better one is used. */
  still?: boolean;
}

/**
 * Opens a video asset: a shorter one loops, a longer one is trimmed. Its first picture is
 * decoded before this resolves.
 *
 * @throws if the container, the codec or the first picture cannot be read
 */
export async function openClip(path: string, options: ClipOptions): Promise<Visual> {
  const container = openContainer(path);
  const { input } = container;
  let frames: FrameReader | null = null;
  let alpha: FrameReader | null = null;
  try {
    if (!(await input.canRead())) throw new UnusableAsset("its container is damaged, or not one that can be played");
    const track = await pictureTrack(input);
    if (!track) throw new UnusableAsset("it has no picture");
    const presentation = await presentationOf(track, container.movie);
    const length = Math.max(1 / options.fps, presentation.end - presentation.start);
    const { first } = presentation;
    const reader = await openFrames(track, { first });
    frames = reader;
    alpha = (await hasAlpha(track)) ? await openFrames(track, { first, part: "alpha" }) : null;
    const show = async (seconds: number): Promise<void> => {
      const moment = presentation.mediaTime(seconds);
      await screen.show(await reader.at(moment), (await alpha?.at(moment)) ?? null);
    };
    const screen = createScreen(track, await track.getFlip());
    await show(0);
    if (screen.blank) throw new UnusableAsset("none of its pictures can be decoded");
    const whole = fitOf(screen.picture, options.frame) === "framed";
    const box = whole ? wholeBox(screen.picture, options.frame) : coverBox(screen.picture, options.frame);
    const poster = await posterOf(path, screen.picture);
    const backdrop = whole ? await blurred(asSharp(poster), options.frame) : null;
    const lay = (context: SKRSContext2D, picture: Canvas): void => {
      if (backdrop) context.drawImage(backdrop, 0, 0, options.frame.width, options.frame.height);
      context.drawImage(picture, box.x, box.y, box.width, box.height);
    };
    let broken = false;
    return {
      ground: "picture",
      samples: [sampleOf(options.frame, (context) => lay(context, poster))],
      async draw(context, frame) {
        try {
          if (!broken) await show((frame / options.fps) % length);
        } catch (error) {
          broken = true;
          options.onBroken(error);
        }
        const isPoor = options.still && !(await isGoodFrame(asSharp(screen.picture)));
        lay(context, isPoor && (await isGoodFrame(asSharp(poster))) ? poster : screen.picture);
      },
      close() {
        reader.close();
        alpha?.close();
        input.dispose();
      },
    };
  } catch (error) {
    frames?.close();
    alpha?.close();
    input.dispose();
    throw error;
  }
}

/** Returns the poster of a clip: its first picture, or a later one if that is black or nearly of one colour. */
async function posterOf(path: string, first: Canvas): Promise<Canvas> {
  if (await isGoodFrame(asSharp(first))) return copyOf(first);
  const later = await firstGoodFrame(path).catch(() => null);
  if (!later) return copyOf(first);
  const picture = await pixels(later);
  onGround(picture);
  return picture;
}

function copyOf(picture: Canvas): Canvas {
  const copy = canvasOf(picture);
  copy.getContext("2d").drawImage(picture, 0, 0);
  return copy;
}

interface Screen {
  /** True until the first frame was shown. */
  readonly blank: boolean;
  /** The last shown frame, upright and with square pixels. */
  readonly picture: Canvas;
  show(frame: VideoFrame | null, alpha: VideoFrame | null): Promise<void>;
}

/** Creates a canvas for frames: upright as the file declares, and with square pixels. */
function createScreen(track: InputVideoTrack, flip: boolean): Screen {
  let shown: VideoFrame | null = null;
  let buffer = new Uint8Array(0);
  let raw = canvasOf({ width: 1, height: 1 });
  const pixels = createPixelReader();
  const { displayWidth, displayHeight, rotation } = track;
  const upright = canvasOf({ width: displayWidth, height: displayHeight });
  let plain = true;
  return {
    get blank() {
      return shown === null;
    },
    get picture() {
      return plain ? raw : upright;
    },
    async show(frame, alpha) {
      if (!frame || frame === shown) return;
      const { width, height } = visibleSize(frame);
      if (buffer.length !== width * height * 4) buffer = new Uint8Array(width * height * 4);
      await pixels.read(frame, buffer);
      if (alpha) await pixels.readAlpha(alpha, buffer);
      shown = frame;
      if (raw.width !== width || raw.height !== height) raw = canvasOf({ width, height });
      raw.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(buffer.buffer), width, height), 0, 0);
      plain = rotation === 0 && !flip && width === displayWidth && height === displayHeight;
      if (alpha) onGround(raw);
      if (!plain) turn(raw, upright, { degrees: rotation, flip });
    },
  };
}

function turn(raw: Canvas, upright: Canvas, { degrees, flip }: { degrees: number; flip: boolean }): void {
  const context = upright.getContext("2d");
  const sideways = degrees % 180 !== 0;
  const [width, height] = sideways ? [upright.height, upright.width] : [upright.width, upright.height];
  context.save();
  context.translate(upright.width / 2, upright.height / 2);
  // Rotated first, then mirrored.
  if (flip) context.scale(-1, 1);
  context.rotate((degrees * Math.PI) / 180);
  context.drawImage(raw, -width / 2, -height / 2, width, height);
  context.restore();
}

/** Returns true if a film has transparent parts, by its first packet. */
async function hasAlpha(track: InputVideoTrack): Promise<boolean> {
  const packet = await new EncodedPacketSink(track).getFirstPacket();
  return packet?.sideData.alpha !== undefined;
}

/** The background of a film's transparent parts, as light as the page of a browser. */
const GROUND = "rgb(246, 245, 242)";

function onGround(picture: Canvas): void {
  const context = picture.getContext("2d");
  context.save();
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = GROUND;
  context.fillRect(0, 0, picture.width, picture.height);
  context.restore();
}

function asSharp(picture: Canvas): Sharp {
  return sharp(picture.data(), { raw: { width: picture.width, height: picture.height, channels: 4 } });
}
