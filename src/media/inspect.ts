import { detectFormat } from "./detect.ts";
import { readPdf } from "./documents/pdf.ts";
import { readText } from "./documents/plain_text.ts";
import { readDoc, readDocx } from "./documents/word.ts";
import type { MediaFacts } from "./facts.ts";
import { readAvi } from "./film/avi.ts";
import { readContainer } from "./film/container.ts";
import { readFont } from "./fonts/font.ts";
import { readImage } from "./pictures/image.ts";
import { readSvg } from "./pictures/svg.ts";
import { readAac } from "./sound/adts.ts";
import { readMp3 } from "./sound/mpeg_audio.ts";
import { readOgg } from "./sound/ogg.ts";
import { readWav } from "./sound/wav.ts";

/**
 * Inspects a file by its content alone.
 *
 * It parses hostile bytes with native decoders, so only the media process calls it; other code uses a
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
    case "ttf":
    case "otf":
    case "woff2":
      return readFont(path, format);
    default:
      return readContainer(path, format);
  }
}
