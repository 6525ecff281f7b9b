import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";
import { EncodedPacketSink, type InputVideoTrack } from "mediabunny";
import sharp, { type Sharp } from "sharp";
import { openContainer, pictureTrack } from "../../film/open_container.ts";
import { presentationOf } from "../../film/presentation.ts";
import { firstGoodFrame, isGoodFrame } from "../../film/video_frame.ts";
import type { Box, Size } from "../layout.ts";
import { canvasOf } from "../text/typography.ts";
import { UnusableAsset } from "../unusable.ts";
import { sampleOf } from "./calm.ts";
import { createScreen, onGround } from "./clip_screen.ts";
import { type FrameReader, openFrames } from "./frame_reader.ts";
import { blurred, coverBox, fitOf, pixels, wholeBox } from "./picture.ts";
import type { Point } from "./subject.ts";
import type { Footage } from "./visual.ts";

/** The options of {@linkcode openClip}. */
export interface ClipOptions {
  /** The frame sizes of all outputs, of which the largest picture decides how large frames are read. */
  sizes: readonly Size[];
  fps: number;
  /** The position of its subject, where a person set it. */
  focus?: Point | undefined;
  /** Called once if the clip cannot be decoded further; its last picture then stays. */
  onBroken: (reason: unknown) => void;
  /** Opens the clip for a single picture: if the first is black or of one colour, a better one is used. */
  still?: boolean;
}

/**
 * Opens a video asset: a shorter one loops, a longer one is trimmed. Its first picture is decoded before this
 * resolves. Each frame is decoded once, also for several outputs.
 *
 * @throws if the container, the codec or the first picture cannot be read
 */
export async function openClip(path: string, options: ClipOptions): Promise<Footage> {
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
    const picture = { width: track.displayWidth, height: track.displayHeight };
    const { focus } = options;
    const subject = focus && { x: focus.x, y: focus.y, width: 0, height: 0 };
    const isFramed = (frame: Size): boolean => fitOf(picture, frame, subject) === "framed";
    const boxIn = (frame: Size): Box => (isFramed(frame) ? wholeBox(picture, frame) : coverBox(picture, frame, focus));
    const scale = Math.max(...options.sizes.map((frame) => boxIn(frame).width / picture.width));
    const screen = createScreen(track, { flip: await track.getFlip(), scale });
    await show(0);
    if (screen.blank) throw new UnusableAsset("none of its pictures can be decoded");
    const poster = await posterOf(path, screen.picture, scale);
    let broken = false;
    const showFrame = async (frame: number): Promise<void> => {
      try {
        if (!broken) await show((frame / options.fps) % length);
      } catch (error) {
        broken = true;
        options.onBroken(error);
      }
    };
    return {
      size: picture,
      isCutOut: false,
      fills: (frame) => !isFramed(frame),
      async visual({ frame: size }) {
        const box = boxIn(size);
        const backdrop = isFramed(size) ? await blurred(asSharp(poster), size) : null;
        const lay = (context: SKRSContext2D, shown: Canvas): void => {
          if (backdrop) context.drawImage(backdrop, 0, 0, size.width, size.height);
          context.drawImage(shown, box.x, box.y, box.width, box.height);
        };
        return {
          ground: "picture",
          samples: [
            {
              canvas: sampleOf(size, (context) => lay(context, poster)),
              focus: focus && {
                x: (box.x + focus.x * box.width) / size.width,
                y: (box.y + focus.y * box.height) / size.height,
              },
            },
          ],
          async draw(context, frame) {
            await showFrame(frame);
            const isPoor = options.still && !(await isGoodFrame(asSharp(screen.picture)));
            lay(context, isPoor && (await isGoodFrame(asSharp(poster))) ? poster : screen.picture);
          },
          close() {},
        };
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
async function posterOf(path: string, first: Canvas, scale: number): Promise<Canvas> {
  if (await isGoodFrame(asSharp(first))) return copyOf(first);
  const later = await firstGoodFrame(path, () => scale).catch(() => null);
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

/** Returns true if a film has transparent parts, by its first packet. */
async function hasAlpha(track: InputVideoTrack): Promise<boolean> {
  const packet = await new EncodedPacketSink(track).getFirstPacket();
  return packet?.sideData.alpha !== undefined;
}

function asSharp(picture: Canvas): Sharp {
  return sharp(picture.data(), { raw: { width: picture.width, height: picture.height, channels: 4 } });
}
