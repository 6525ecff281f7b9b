/**
 * The events between the approval of a storyboard and the end of its job: voice, sound and videos.
 *
 * @module
 */
import { Type } from "@sinclair/typebox";
import { Nullable } from "../core/schema_kit.ts";
import { defineEvent } from "../event_log/mod.ts";
import { Blob, Dollars, Failure, Fraction, Id, Text, Warning, Word } from "./event_parts.ts";

/** The script of a scene was spoken, and its sound is on disk. */
export const LineSpoken = defineEvent(
  "LineSpoken",
  1,
  "The script of a scene was spoken, and its sound is on disk.",
  Type.Object({
    sceneId: Id,
    key: Type.String({ pattern: "^[0-9a-f]{64}$", description: "Lines with the same key have the same sound." }),
    ...Blob,
    provider: Text,
    model: Text,
    voice: Text,
    speed: Type.Number(),
    duration: Type.Number({ description: "seconds" }),
    words: Type.Array(Word),
    cost: Nullable(Dollars),
    isReused: Type.Boolean({ description: "The sound was spoken for an earlier line." }),
  }),
);

/** Every script of the storyboard is spoken or cannot be; rendering can begin. */
export const VoiceRecorded = defineEvent(
  "VoiceRecorded",
  1,
  "Every script of the storyboard is spoken or cannot be; rendering can begin.",
  Type.Object({
    warnings: Type.Array(
      Type.Object({ sceneId: Nullable(Id, { description: "null for the voice as a whole" }), message: Text }),
    ),
  }),
);

/** The renderer started. */
export const RenderStarted = defineEvent(
  "RenderStarted",
  1,
  "The renderer started on the approved storyboard.",
  Type.Object({ renderer: Text }),
);

/** The voice and the music were mixed; the sound and the captions of all outputs are on disk. */
export const SoundMixed = defineEvent(
  "SoundMixed",
  1,
  "The voice and the music were mixed; the sound and the captions of all outputs are on disk.",
  Type.Object({
    soundtrack: Type.Object(Blob, { description: "An MP4 whose AAC track every output has." }),
    voice: Nullable(Type.Object(Blob, { description: "A WAV; null without a voice." })),
    music: Nullable(Type.Object(Blob, { description: "A WAV; null without music." })),
    mix: Type.Object(Blob, { description: "A WAV." }),
    srt: Type.Object(Blob),
    vtt: Type.Object(Blob),
    loudness: Nullable(Type.Number({ description: "LUFS; null for silence" })),
    truePeak: Nullable(Type.Number({ description: "dBTP; null for silence" })),
    warnings: Type.Array(Warning),
  }),
);

/** The renderer made progress. */
export const RenderProgressed = defineEvent(
  "RenderProgressed",
  1,
  "The renderer made progress.",
  Type.Object({
    fraction: Fraction,
    outputs: Type.Optional(Type.Array(Type.Object({ outputId: Id, fraction: Fraction }))),
  }),
);

/** The fields of a rendered video. */
const RenderedVideo = {
  ...Blob,
  contentType: Text,
  width: Type.Integer(),
  height: Type.Integer(),
  duration: Type.Number({ description: "seconds" }),
  thumbnail: Nullable(Type.Object({ ...Blob, contentType: Text })),
  warnings: Type.Array(Warning),
  cost: Dollars,
};

/** The video was rendered and is on disk: that of the first output. */
export const VideoRendered = defineEvent(
  "VideoRendered",
  1,
  "The video of the first output was rendered and is on disk.",
  Type.Object(RenderedVideo),
);

/** The video of a further output was rendered and is on disk. */
export const OutputRendered = defineEvent(
  "OutputRendered",
  1,
  "The video of a further output was rendered and is on disk.",
  Type.Object({ outputId: Id, ...RenderedVideo }),
);

/** An output could not be rendered, while others could. */
export const OutputFailed = defineEvent(
  "OutputFailed",
  1,
  "An output could not be rendered, while others could.",
  Type.Object({ outputId: Id, ...Failure }),
);
