import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { shownText } from "../processes/mod.ts";
import { MEDIA_FORMATS, MEDIA_KINDS, MEDIA_TYPES, type MediaFormat, type MediaKind, mediaTypeFor } from "./types.ts";

/** The limit of pixels: more than any supported format can declare, and less than what overflows arithmetic. */
const MAX_PIXELS = 2 ** 31;
const MAX_SECONDS = 2 ** 31;
const MAX_PAGES = 2 ** 31;

const Pixels = Type.Integer({ minimum: 1, maximum: MAX_PIXELS, description: "pixels, as displayed" });

/** The metadata that a file's content declares; `null` for what it does not declare. */
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
  family: Type.Optional(
    Type.Union([Type.String({ minLength: 1, maxLength: 200, description: "the family of a font" }), Type.Null()]),
  ),
  weight: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: "the weight of a font: 400 is regular, 700 is bold" }),
  ),
});

/** @see {@linkcode MediaFacts} */
export type MediaFacts = Static<typeof MediaFacts>;

/** Width and height of a written thumbnail, in pixels. */
export const ThumbnailFacts = Type.Object({ width: Pixels, height: Pixels });

/** @see {@linkcode ThumbnailFacts} */
export type ThumbnailFacts = Static<typeof ThumbnailFacts>;

/** Returns the facts of a format; unknown ones are `null`. `of` overrides the kind for a sound in a film format. */
export function mediaFacts(
  format: MediaFormat,
  known: Partial<Pick<MediaFacts, "width" | "height" | "duration" | "pageCount">> = {},
  of: MediaKind = MEDIA_TYPES[format].kind,
): MediaFacts {
  const { kind, contentType } = mediaTypeFor(format, of);
  return { kind, format, contentType, width: null, height: null, duration: null, pageCount: null, ...known };
}

/**
 * Returns the facts from a media process, or `null` if they contradict the media table or each other: the process has
 * read a hostile file, so its result is not trusted.
 */
export function checkedFacts(answer: unknown): MediaFacts | null {
  if (!Value.Check(MediaFacts, answer)) return null;
  const { kind, format, width, height, duration, pageCount } = answer;
  const { family, weight } = answer;
  const ofFont = { ...(family !== undefined && { family: family && shownText(family) }), ...(weight && { weight }) };
  const facts = { ...mediaFacts(format, { width, height, duration, pageCount }, kind), ...ofFont };
  const hasPicture = width !== null && height !== null;
  const fits = {
    image: hasPicture && pageCount === null,
    video: hasPicture === (width !== null || height !== null) && pageCount === null,
    audio: width === null && height === null && pageCount === null,
    document: width === null && height === null && duration === null,
    font: width === null && height === null && duration === null && pageCount === null && weight !== undefined,
  }[facts.kind];
  const isFont = facts.kind === "font" || (family === undefined && weight === undefined);
  return fits && isFont && facts.kind === kind && facts.contentType === answer.contentType ? facts : null;
}

/** Rounds seconds to milliseconds; returns `null` for an invalid duration. */
export function seconds(value: number | null | undefined): number | null {
  if (value === null || value === undefined || !Number.isFinite(value) || value <= 0) return null;
  return Math.round(value * 1000) / 1000;
}
