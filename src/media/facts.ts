import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MEDIA_FORMATS, MEDIA_KINDS, MEDIA_TYPES, type MediaFormat, type MediaKind, mediaTypeFor } from "./types.ts";

/** More than any format of ours can say, and less than what breaks arithmetic. */
const MAX_PIXELS = 2 ** 31;
const MAX_SECONDS = 2 ** 31;
const MAX_PAGES = 2 ** 31;

const Pixels = Type.Integer({ minimum: 1, maximum: MAX_PIXELS, description: "pixels, as displayed" });

/** What the content of a file says about itself; `null` where it does not say. */
export const MediaFacts = Type.Object({
  kind: Type.Union(MEDIA_KINDS.map((kind) => Type.Literal(kind))),
  format: Type.Union(MEDIA_FORMATS.map((format) => Type.Literal(format))),
  contentType: Type.String({ description: "from our own table, never from a sender" }),
  width: Type.Union([Pixels, Type.Null()]),
  height: Type.Union([Pixels, Type.Null()]),
  duration: Type.Union([
    Type.Number({ minimum: 0, maximum: MAX_SECONDS, description: "seconds, milliseconds kept" }),
    Type.Null(),
  ]),
  pageCount: Type.Union([Type.Integer({ minimum: 0, maximum: MAX_PAGES }), Type.Null()]),
});

/** @see {@linkcode MediaFacts} */
export type MediaFacts = Static<typeof MediaFacts>;

/** Width and height of a written thumbnail, in pixels. */
export const ThumbnailFacts = Type.Object({ width: Pixels, height: Pixels });

/** @see {@linkcode ThumbnailFacts} */
export type ThumbnailFacts = Static<typeof ThumbnailFacts>;

/** The facts of a format with what is known of it; the rest is `null`. `of` tells a sound in the format of a film. */
export function mediaFacts(
  format: MediaFormat,
  known: Partial<Pick<MediaFacts, "width" | "height" | "duration" | "pageCount">> = {},
  of: MediaKind = MEDIA_TYPES[format].kind,
): MediaFacts {
  const { kind, contentType } = mediaTypeFor(format, of);
  return { kind, format, contentType, width: null, height: null, duration: null, pageCount: null, ...known };
}

/**
 * The facts that a media process answered, or `null` where they contradict our own table or each other: it has read a
 * hostile file, and may say anything.
 */
export function checkedFacts(answer: unknown): MediaFacts | null {
  if (!Value.Check(MediaFacts, answer)) return null;
  const { kind, format, width, height, duration, pageCount } = answer;
  const facts = mediaFacts(format, { width, height, duration, pageCount }, kind);
  const hasPicture = width !== null && height !== null;
  const fits = {
    image: hasPicture && pageCount === null,
    video: hasPicture === (width !== null || height !== null) && pageCount === null,
    audio: width === null && height === null && pageCount === null,
    document: width === null && height === null && duration === null,
  }[facts.kind];
  return fits && facts.kind === kind && facts.contentType === answer.contentType ? facts : null;
}

/** Seconds with the milliseconds kept, or `null` for what is not a duration. */
export function seconds(value: number | null | undefined): number | null {
  if (value === null || value === undefined || !Number.isFinite(value) || value <= 0) return null;
  return Math.round(value * 1000) / 1000;
}
