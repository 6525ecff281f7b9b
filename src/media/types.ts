/**
 * The table of media types: format → kind, content type, file extension and whether browsers may show it inline.
 *
 * Content types are registered with IANA, or those that browsers and servers agree on if none is registered (AVI).
 * `inline` means that a browser shows the type itself and safely, under the `sandbox` policy of every served asset;
 * the others are offered as a download.
 */
export const MEDIA_TYPES = {
  jpeg: { kind: "image", contentType: "image/jpeg", extension: "jpg", inline: true },
  png: { kind: "image", contentType: "image/png", extension: "png", inline: true },
  webp: { kind: "image", contentType: "image/webp", extension: "webp", inline: true },
  gif: { kind: "image", contentType: "image/gif", extension: "gif", inline: true },
  svg: { kind: "image", contentType: "image/svg+xml", extension: "svg", inline: true },
  mp4: { kind: "video", contentType: "video/mp4", extension: "mp4", inline: true },
  webm: { kind: "video", contentType: "video/webm", extension: "webm", inline: true },
  mov: { kind: "video", contentType: "video/quicktime", extension: "mov", inline: true },
  avi: { kind: "video", contentType: "video/x-msvideo", extension: "avi", inline: false },
  mkv: { kind: "video", contentType: "video/x-matroska", extension: "mkv", inline: true },
  mp3: { kind: "audio", contentType: "audio/mpeg", extension: "mp3", inline: true },
  wav: { kind: "audio", contentType: "audio/wav", extension: "wav", inline: true },
  ogg: { kind: "audio", contentType: "audio/ogg", extension: "ogg", inline: true },
  aac: { kind: "audio", contentType: "audio/aac", extension: "aac", inline: true },
  m4a: { kind: "audio", contentType: "audio/mp4", extension: "m4a", inline: true },
  pdf: { kind: "document", contentType: "application/pdf", extension: "pdf", inline: true },
  doc: { kind: "document", contentType: "application/msword", extension: "doc", inline: false },
  docx: {
    kind: "document",
    contentType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    extension: "docx",
    inline: false,
  },
  txt: { kind: "document", contentType: "text/plain; charset=utf-8", extension: "txt", inline: true },
  ttf: { kind: "font", contentType: "font/ttf", extension: "ttf", inline: false },
  otf: { kind: "font", contentType: "font/otf", extension: "otf", inline: false },
  woff2: { kind: "font", contentType: "font/woff2", extension: "woff2", inline: false },
} as const satisfies Record<
  string,
  { kind: (typeof MEDIA_KINDS)[number]; contentType: string; extension: string; inline: boolean }
>;

/** The types of film formats that hold sound only, as in voice recordings of browsers. */
const SOUND_ALONE: Partial<Record<MediaFormat, MediaType>> = {
  webm: { kind: "audio", contentType: "audio/webm", extension: "webm", inline: true },
  mkv: { kind: "audio", contentType: "audio/x-matroska", extension: "mka", inline: true },
};

/** The five kinds of asset, in the order in which the documentation lists them. */
export const MEDIA_KINDS = ["image", "video", "audio", "document", "font"] as const;

/** The kind of an asset: `image`, `video`, `audio`, `document` or `font`. */
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** One of the 22 supported formats. */
export type MediaFormat = keyof typeof MEDIA_TYPES;

/** One row of {@linkcode MEDIA_TYPES}. */
export type MediaType = {
  readonly kind: MediaKind;
  readonly contentType: string;
  readonly extension: string;
  readonly inline: boolean;
};

/** The 22 formats, in the order of the table. */
export const MEDIA_FORMATS: readonly MediaFormat[] = Object.keys(MEDIA_TYPES).filter(isMediaFormat);

/** The larger side of a picture for videos, in pixels: a plate of 1920 under the closest zoom of the camera. */
export const PICTURE_SIDE = 2560;

/** The maximum of a thumbnail's larger dimension, in pixels. */
export const THUMBNAIL_SIZE = 640;

/** Every row that {@linkcode mediaTypeFor} can return. */
export const ALL_MEDIA_TYPES: readonly MediaType[] = [...Object.values(MEDIA_TYPES), ...Object.values(SOUND_ALONE)];

/** Returns the row of a format for a file of that kind: WebM and Matroska hold films, or sound only. */
export function mediaTypeFor(format: MediaFormat, kind: MediaKind | null): MediaType {
  const alone = SOUND_ALONE[format];
  return alone?.kind === kind ? alone : MEDIA_TYPES[format];
}

/** The content type of every thumbnail that Reelog makes. */
export const THUMBNAIL_CONTENT_TYPE = MEDIA_TYPES.webp.contentType;

/** The content type of a rendered preview video. */
export const VIDEO_CONTENT_TYPE = MEDIA_TYPES.mp4.contentType;

/** Returns true for a string that is one of the 22 formats. */
export function isMediaFormat(value: unknown): value is MediaFormat {
  return typeof value === "string" && Object.hasOwn(MEDIA_TYPES, value);
}

/** Returns true for a string that is one of the five kinds. */
export function isMediaKind(value: unknown): value is MediaKind {
  return MEDIA_KINDS.some((kind) => kind === value);
}

/**
 * Returns the row of a content type from the table, or `null` for any other.
 *
 * Only for content types of {@linkcode MEDIA_TYPES}; the header of a request is never trusted.
 */
export function mediaTypeOf(contentType: string): MediaType | null {
  return ALL_MEDIA_TYPES.find((type) => type.contentType === contentType) ?? null;
}
