import { type StaticDecode, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { OneOf } from "../../../../core/schema_kit.ts";
import table from "./styles.json" with { type: "json" };

/** The drum patterns by name. */
export const DRUM_PATTERNS = ["none", "light", "shaker", "full", "timpani", "lazy", "four"] as const;
/** A General MIDI program. */
const Program = Type.Integer({ minimum: 0, maximum: 127 });
const Degrees = Type.Array(Type.Integer({ minimum: 0, maximum: 6 }), { minItems: 4, maxItems: 4 });

const MusicStyle = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z]+$" }),
    /** A regular expression that is searched in the wanted style, in lower case. */
    words: Type.Transform(Type.String({ minLength: 1 }))
      .Decode((source) => new RegExp(source, "u"))
      .Encode(({ source }) => source),
    /** The range of beats per minute. */
    tempo: Type.Tuple([Type.Number({ minimum: 40 }), Type.Number({ maximum: 200 })]),
    mode: OneOf(["major", "minor"]),
    /** Chords of four bars as degrees of the scale. */
    progressions: Type.Array(Degrees, { minItems: 1 }),
    seventh: Type.Boolean(),
    figure: OneOf(["arpeggio", "pulse", "sparse"]),
    instruments: Type.Object({ figure: Program, chords: Program, pad: Program, bass: Program, lead: Program }),
    drums: OneOf(DRUM_PATTERNS),
  },
  { additionalProperties: false },
);
/** A style of music: harmony, tempo and orchestration. */
export type MusicStyle = StaticDecode<typeof MusicStyle>;

const Styles = Type.Array(MusicStyle, { minItems: 1 });
const [wrong] = Value.Errors(Styles, table);
if (wrong) throw new Error(`Cannot load styles.json: ${wrong.path} ${wrong.message}`);

/** The styles; the first one is for texts that name none. */
export const MUSIC_STYLES: readonly MusicStyle[] = Value.Decode(Styles, table);

/** Returns the style that a text names first, such as "warm acoustic folk"; the first style if it names none. */
export function musicStyleOf(text: string): MusicStyle {
  const plain = text.slice(0, 500).toLowerCase();
  const found = MUSIC_STYLES.map((style) => ({ style, at: plain.search(style.words) })).filter(({ at }) => at >= 0);
  const [general] = MUSIC_STYLES;
  if (!general) throw new Error("Cannot choose a style of music: styles.json is empty");
  return found.length === 0 ? general : found.reduce((a, b) => (b.at < a.at ? b : a)).style;
}
