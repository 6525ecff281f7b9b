/** The aspect ratios of a video, width to height. */
export const VIDEO_FORMATS = ["16:9", "9:16", "1:1"] as const;
/** An aspect ratio of a video. */
export type VideoFormat = (typeof VIDEO_FORMATS)[number];

/** The sizes of a video: the pixels of its shorter side. */
export const RESOLUTIONS = ["480p", "720p", "1080p"] as const;
/** A size of a video. */
export type Resolution = (typeof RESOLUTIONS)[number];
