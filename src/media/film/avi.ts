import { open } from "node:fs/promises";
import mediaInfoFactory from "mediainfo.js";
import { type MediaFacts, mediaFacts, seconds } from "../facts.ts";
import { isRiffCut } from "../files/riff.ts";
import { refusalOf, unreadable, unsupported } from "../media_errors.ts";

/** Reads an AVI: size and duration. It uses MediaInfo, because the container library does not support AVI. */
export async function readAvi(path: string): Promise<MediaFacts> {
  if (await isRiffCut(path)) throw unreadable("AVI video file");
  await using file = await open(path);
  const { size } = await file.stat();
  const info = await mediaInfoFactory({ format: "object" });
  try {
    const { media } = await info.analyzeData(size, async (length, offset) => {
      const chunk = new Uint8Array(length);
      const { bytesRead } = await file.read(chunk, 0, length, offset);
      return chunk.subarray(0, bytesRead);
    });
    const general = media?.track.find((track) => track["@type"] === "General");
    const video = media?.track.find((track) => track["@type"] === "Video");
    if (general?.Format !== "AVI") throw unreadable("AVI video file");
    if (!video) throw unsupported("AVI without a picture");
    return mediaFacts("avi", {
      duration: seconds(general.Duration ?? video.Duration),
      width: Math.round((video.Width ?? 0) * (video.PixelAspectRatio ?? 1)) || null,
      height: video.Height || null,
    });
  } catch (error) {
    throw refusalOf(error, "AVI video file");
  } finally {
    info.close();
  }
}
