import type { InputTrack } from "mediabunny";
import type { Edit, Movie } from "./movie.ts";

/** The timing of a displayed track, in seconds: edit lists cut, delay and hold it. */
export interface Presentation {
  /** The start and the end of the track in the film. */
  readonly start: number;
  readonly end: number;
  /** Returns the time in the track for a time after the start of its presentation. */
  mediaTime(seconds: number): number;
  /** The earliest displayed time of the track. */
  readonly first: number;
  /** The parts of an edited track, in order; empty for a track that is presented as it is. */
  readonly stretches: readonly Stretch[];
}

/** A part of the presentation in seconds: its start and length, its start in the track, and its speed, 0 if held. */
export interface Stretch {
  readonly at: number;
  readonly length: number;
  readonly from: number;
  readonly rate: number;
}

/** The shortest part: times are rounded to the film's own unit. */
const ROUNDING = 1e-6;

/** Reads the presentation of a track with samples from the edit list of the film (ISO/IEC 14496-12, section 8.6.6). */
export async function presentationOf(track: InputTrack, movie: Movie | null): Promise<Presentation> {
  const [first, last] = [await track.getFirstTimestamp(), await track.computeDuration()];
  const delay = movie?.delays.get(track.id) ?? 0;
  const edits = movie?.edits.get(track.id);
  const stretches = edits ? stretchesOf(edits, { first, last, isShifted: !track.isVideoTrack() }) : [];
  const end = stretches.at(-1);
  if (!end) {
    return { start: first + delay, end: last + delay, first, stretches, mediaTime: (seconds) => first + seconds };
  }
  return {
    stretches,
    start: delay,
    end: delay + end.at + end.length,
    first: stretches.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY),
    mediaTime(seconds) {
      const stretch = stretches.find(({ at, length }) => seconds < at + length - ROUNDING) ?? end;
      return stretch.from + Math.min(seconds - stretch.at, stretch.length - ROUNDING) * stretch.rate;
    },
  };
}

/**
 * Converts the edits to stretches of the presentation, none longer than the track.
 *
 * `isShifted` marks a track whose times the library has already moved by its first edit.
 */
function stretchesOf(
  edits: readonly Edit[],
  { first, last, isShifted }: { first: number; last: number; isShifted: boolean },
): Stretch[] {
  const stretches: Stretch[] = [];
  const shown = edits.find(({ mediaTime }) => mediaTime !== null);
  if (!shown) return [];
  const lead = edits.slice(0, edits.indexOf(shown)).reduce((sum, { duration }) => sum + (duration ?? 0), 0);
  const shift = isShifted ? (shown.mediaTime ?? 0) - lead : 0;
  let at = 0;
  for (const { duration, mediaTime, rate } of edits) {
    const from = Math.max((mediaTime ?? shown.mediaTime ?? 0) - shift, Math.min(first, last));
    const left = Math.max(0, last - from);
    const isHeld = mediaTime === null || rate === 0;
    const length = isHeld ? (duration ?? 0) : Math.min(duration ?? left / rate, left / rate);
    if (length <= ROUNDING) continue;
    stretches.push({ at, length, from, rate: isHeld ? 0 : rate });
    at += length;
  }
  return stretches;
}
