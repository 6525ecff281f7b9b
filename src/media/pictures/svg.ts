import { type MediaFacts, mediaFacts } from "../facts.ts";
import { unreadable } from "../media_errors.ts";
import { drawSvg } from "./draw_svg.ts";
import { AS_LARGE_AS_USED } from "./open_picture.ts";
import { MAX_SVG_BYTES, parseSvg } from "./svg_document.ts";

/**
 * Reads an SVG image, and draws it once as large as a video ever needs it: one that takes too long, or that the
 * renderer cannot draw, is rejected here and never reaches a job.
 *
 * The size is that of the root's `width` and `height`, completed or replaced by its `viewBox`; else unknown.
 */
export async function readSvg(path: string): Promise<MediaFacts> {
  const file = Bun.file(path);
  if (file.size > MAX_SVG_BYTES) throw unreadable("SVG image", "it is larger than 32 MiB");
  const document = parseSvg(await file.bytes());
  try {
    await drawSvg(document, AS_LARGE_AS_USED).raw().toBuffer();
  } catch {
    throw unreadable("SVG image", "it cannot be drawn");
  }
  return mediaFacts("svg", { width: whole(document.width), height: whole(document.height) });
}

function whole(value: number | null): number | null {
  return value === null ? null : Math.max(1, Math.round(value));
}
