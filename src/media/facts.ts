import { type Static, Type } from "@sinclair/typebox";
import { MEDIA_FORMATS, MEDIA_KINDS, MEDIA_TYPES, type MediaFormat } from "./types.ts";

const Pixels = Type.Integer({ minimum: 1, description: "pixels, as displayed" });

/** What the content of a file says about itself; `null` where it does not say. */
export const MediaFacts = Type.Object({
  kind: Type.Union(MEDIA_KINDS.map((kind) => Type.Literal(kind))),
  format: Type.Union(MEDIA_FORMATS.map((format) => Type.Literal(format))),
  contentType: Type.String({ description: "from our own table, never from a sender" }),
  width: Type.Union([Pixels, Type.Null()]),
  height: Type.Union([Pixels, Type.Null()]),
  duration: Type.Union([Type.Number({ minimum: 0, description: "seconds, milliseconds kept" }), Type.Null()]),
  pageCount: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
});

/** @see {@linkcode MediaFacts} */
export type MediaFacts = Static<typeof MediaFacts>;

/** Width and height of a written thumbnail, in pixels. */
export const ThumbnailFacts = Type.Object({ width: Pixels, height: Pixels });

/** @see {@linkcode ThumbnailFacts} */
export type ThumbnailFacts = Static<typeof ThumbnailFacts>;

/** The facts of a format with what is known of it; the rest is `null`. */
export function mediaFacts(
  format: MediaFormat,
  known: Partial<Pick<MediaFacts, "width" | "height" | "duration" | "pageCount">> = {},
): MediaFacts {
  const { kind, contentType } = MEDIA_TYPES[format];
  return { kind, format, contentType, width: null, height: null, duration: null, pageCount: null, ...known };
}

/** Seconds with the milliseconds kept, or `null` for what is not a duration. */
export function seconds(value: number | null | undefined): number | null {
  if (value === null || value === undefined || !Number.isFinite(value) || value <= 0) return null;
  return Math.round(value * 1000) / 1000;
}
