import { fitText, type TextRoom } from "./fit_text.ts";
import type { Typography } from "./typography.ts";

/**
 * Splits a text that does not fit at the smallest size into pages of about the same number of lines. The
 * last page holds all remaining text, which the layout cuts.
 *
 * @param text words with one space between them
 */
export function pagesOf(text: string, typography: Typography, room: TextRoom, most: number): string[] {
  const whole = fitText(text, typography, room);
  if (!whole.cut || most < 2) return [text];
  const perPage = Math.max(1, whole.lines.length);
  const small = { ...room, max: room.min, direction: whole.direction };
  const { lines } = fitText(text, typography, { ...small, height: Number.POSITIVE_INFINITY, ragged: true });
  const wanted = Math.ceil(lines.length / perPage);
  const count = Math.min(most, wanted);
  const each = wanted > most ? perPage : Math.ceil(lines.length / count);
  const pages: string[] = [];
  let start = 0;
  let at = 0;
  for (const [index, line] of lines.entries()) {
    at = text.indexOf(line, at) + line.length;
    if ((index + 1) % each !== 0 || pages.length === count - 1) continue;
    pages.push(text.slice(start, at).trim());
    start = at;
  }
  const rest = text.slice(start).trim();
  return rest === "" ? pages : [...pages, rest];
}
