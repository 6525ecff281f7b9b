import mediaInfoFactory from "mediainfo.js";
import { type MediaFacts, mediaFacts, seconds } from "../facts.ts";
import { ByteFile } from "../files/byte_file.ts";
import { refusalOf, unreadable, unsupported } from "../media_errors.ts";
import { isUnknownSize } from "../sound/wav.ts";

/** Reads an AVI: size and duration. It uses MediaInfo, because the container library does not support AVI. */
export async function readAvi(path: string): Promise<MediaFacts> {
  using file = new ByteFile(path);
  if (file.size < 8) throw unreadable("AVI video file");
  const size = file.bytes(4, 4).readUInt32LE();
  // Some writers count a last padding byte that they do not write.
  if (size > file.size && !isUnknownSize(size)) throw unreadable("AVI video file");
  const info = await mediaInfoFactory({ format: "object" });
  try {
    const { media } = await info.analyzeData(file.size, (length, offset) => file.read(offset, length));
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
