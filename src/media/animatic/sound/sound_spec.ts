import { type Static, Type } from "@sinclair/typebox";

/** The sample rate of all mixed sound, in Hz. */
export const SOUND_RATE = 48_000;

const Level = Type.Number({ minimum: -12, maximum: 12 });

/** The input of a mix, sent to the render process as JSON. Times are seconds of the film. */
export const SoundSpec = Type.Object({
  /** The film's length: its frames divided by 24. */
  seconds: Type.Number({ exclusiveMinimum: 0, maximum: 3600 }),
  /** The spoken lines, placed; a line that is longer than its place stops at `end`. */
  voice: Type.Array(Type.Object({ path: Type.String(), start: Type.Number(), end: Type.Number() })),
  /** A given recording that replaces the voice; it starts with the film. */
  voiceOver: Type.Union([Type.Object({ path: Type.String(), name: Type.Optional(Type.String()) }), Type.Null()]),
  /** `level` is in dB relative to the default. */
  music: Type.Union([
    Type.Object({
      kind: Type.Literal("file"),
      path: Type.String(),
      name: Type.Optional(Type.String()),
      level: Level,
    }),
    Type.Object({ kind: Type.Literal("composed"), style: Type.String(), seed: Type.String(), level: Level }),
    Type.Null(),
  ]),
  /** Video assets whose own sound is heard under the voice. */
  clips: Type.Array(
    Type.Object({
      path: Type.String(),
      name: Type.Optional(Type.String()),
      sceneNumber: Type.Integer(),
      start: Type.Number(),
      end: Type.Number(),
    }),
  ),
});
/** The input of a mix. */
export type SoundSpec = Static<typeof SoundSpec>;

/** The result of a mix, apart from its files. */
export const MixedSound = Type.Object({
  /** The integrated loudness of the encoded sound in LUFS (ITU-R BS.1770-4); null for silence. */
  loudness: Type.Union([Type.Number({ minimum: -120, maximum: 20 }), Type.Null()]),
  /** The true peak of the encoded sound in dBTP; null for silence. */
  truePeak: Type.Union([Type.Number({ minimum: -200, maximum: 40 }), Type.Null()]),
  /** The parts of the film in which somebody speaks, in order and apart from each other. */
  speech: Type.Array(Type.Object({ start: Type.Number(), end: Type.Number() }), { maxItems: 10_000 }),
  warnings: Type.Array(
    Type.Object({ sceneNumber: Type.Union([Type.Integer(), Type.Null()]), message: Type.String() }),
    { maxItems: 1000 },
  ),
});
/** The result of a mix. */
export type MixedSound = Static<typeof MixedSound>;

/** A part of the film, in seconds. */
export type SpeechWindow = MixedSound["speech"][number];

/** The files of a mix: three stems as 16-bit stereo WAV, and the AAC track of the film. */
export interface MixPaths {
  readonly voice: string;
  readonly music: string;
  readonly mix: string;
  readonly soundtrack: string;
}
