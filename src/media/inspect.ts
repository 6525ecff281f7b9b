import { detectFormat } from "./detect.ts";
import type { MediaFacts } from "./facts.ts";
import { readAac } from "./readers/adts.ts";
import { readAvi } from "./readers/avi.ts";
import { readContainer } from "./readers/container.ts";
import { readImage } from "./readers/image.ts";
import { readMp3 } from "./readers/mpeg_audio.ts";
import { readOgg } from "./readers/ogg.ts";
import { readPdf } from "./readers/pdf.ts";
import { readSvg } from "./readers/svg.ts";
import { readText } from "./readers/text.ts";
import { readWav } from "./readers/wav.ts";
import { readDoc, readDocx } from "./readers/word.ts";

/**
 * Says what a file is, by its content alone.
 *
 * It parses hostile bytes with native decoders, so only the media process calls it; everybody else asks a
 * {@linkcode MediaService}. Throws an AppError `unsupported_media_type` or `media_unreadable`.
 *
 * @example
 * ```ts
 * await inspectFile("film.mp4"); // { kind: "video", format: "mp4", width: 1280, height: 720, duration: 12.48, … }
 * ```
 */
export async function inspectFile(path: string): Promise<MediaFacts> {
  const format = await detectFormat(path);
  switch (format) {
    case "jpeg":
    case "png":
    case "webp":
    case "gif":
      return readImage(path, format);
    case "svg":
      return readSvg(path);
    case "avi":
      return readAvi(path);
    case "mp3":
      return readMp3(path);
    case "aac":
      return readAac(path);
    case "wav":
      return readWav(path);
    case "ogg":
      return readOgg(path);
    case "pdf":
      return readPdf(path);
    case "doc":
      return readDoc(path);
    case "docx":
      return readDocx(path);
    case "txt":
      return readText(path);
    default:
      return readContainer(path, format);
  }
}
