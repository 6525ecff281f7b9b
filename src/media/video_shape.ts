/** The aspect ratios of a video, width to height. */
export const VIDEO_FORMATS = ["16:9", "9:16", "1:1", "4:5"] as const;
/** An aspect ratio of a video. */
export type VideoFormat = (typeof VIDEO_FORMATS)[number];

/** The sizes of a video: the pixels of its shorter side. */
export const RESOLUTIONS = ["480p", "720p", "1080p"] as const;
/** A size of a video. */
export type Resolution = (typeof RESOLUTIONS)[number];

/** The apps that a video is made for, whose buttons cover other parts of the picture; `generic` is clear of all of them. */
export const PLATFORMS = ["generic", "reels", "shorts", "tiktok", "feed", "youtube"] as const;
/** The app that a video is made for. */
export type Platform = (typeof PLATFORMS)[number];

/** The ways in which captions are shown: by the line, with the spoken word in the accent colour, or not at all. */
export const CAPTION_STYLES = ["line", "words", "none"] as const;

/** The looks of a video; `animatic` shows a slate with the number and shot of each scene. */
export const LOOKS = ["final", "animatic"] as const;
