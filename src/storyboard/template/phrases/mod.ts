/**
 * The phrase tables of the template planner. The words are data, in the JSON files beside this one; each table is
 * checked against its schema when it is loaded.
 *
 * `words` is a regular expression that is searched in a brief's text in lower case.
 *
 * @module
 */
import { type StaticDecode, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { OneOf } from "../../../core/schema_kit.ts";
import { TRANSITIONS } from "../../vocabulary.ts";
import audiences from "./audiences.json" with { type: "json" };
import languages from "./languages.json" with { type: "json" };
import styles from "./styles.json" with { type: "json" };
import themes from "./themes.json" with { type: "json" };
import tones from "./tones.json" with { type: "json" };

const Line = Type.String({ minLength: 1, maxLength: 200 });
const Lines = Type.Readonly(Type.Array(Line, { minItems: 1 }));
const Name = Type.String({ pattern: "^[a-z]+$" });
/** A pattern. */
const words = () =>
  Type.Transform(Type.String({ minLength: 1 }))
    .Decode((source) => new RegExp(source))
    .Encode(({ source }) => source);

const themeLines = {
  name: Name,
  /** First lines of at most nine words: a four-second scene holds nine. */
  hooks: Lines,
  /** Annoyances, in the words of the audience. */
  tensions: Lines,
  /** The better way. */
  turns: Lines,
  /** The product in use. */
  uses: Lines,
  /** Pictures for the problem. */
  moments: Lines,
  /** Pictures for the good life. */
  settings: Lines,
};
const AnyTheme = Type.Object(themeLines, { additionalProperties: false });
const NamedTheme = Type.Object({ ...themeLines, words: words() }, { additionalProperties: false });

const toneLines = {
  name: Name,
  hooks: Lines,
  /** `{product}` is the product; each is a whole sentence. */
  reveals: Lines,
  proofs: Lines,
  /** Lines before the call to action. */
  leads: Lines,
  /** The camera movement, for the crew. */
  camera: Line,
  transitions: Type.Array(OneOf(TRANSITIONS)),
};
const PlainTone = Type.Object(toneLines, { additionalProperties: false });
const NamedTone = Type.Object({ ...toneLines, words: words() }, { additionalProperties: false });

const AudienceVoice = Type.Object(
  {
    name: Name,
    words: words(),
    /** Themes that these lines fit; without a recognised theme they always do. */
    fits: Type.Array(Name),
    hooks: Lines,
    tensions: Lines,
    /** The person in the picture. */
    person: Line,
  },
  { additionalProperties: false },
);
const LanguageVoice = Type.Object(
  {
    code: Type.String({ pattern: "^[a-z]{2}$" }),
    hooks: Lines,
    tensions: Lines,
    turns: Lines,
    uses: Lines,
    reveals: Lines,
    proofs: Lines,
    leads: Lines,
  },
  { additionalProperties: false },
);
const Style = Type.Object({ words: words(), picture: Line }, { additionalProperties: false });

/** Lines about a field of life that make no claim about a product. */
export type Theme = StaticDecode<typeof AnyTheme>;
/** A voice: the lines that introduce the product, support the proof and lead to the call to action. */
export type Tone = StaticDecode<typeof PlainTone>;
/** Lines about the daily life of a group of people. */
export type AudienceVoice = StaticDecode<typeof AudienceVoice>;
/** The lines that frame a brief's own words in its language. */
export type LanguageVoice = StaticDecode<typeof LanguageVoice>;

const themeTable = load(Type.Object({ any: AnyTheme, named: Type.Array(NamedTheme) }), themes, "themes");
const toneTable = load(Type.Object({ plain: PlainTone, named: Type.Array(NamedTone) }), tones, "tones");

/** The theme of a brief that matches no other theme. */
export const ANY_THEME = themeTable.any;
/** The themes, the most sensitive first: the first of equal scores wins. */
export const THEMES = themeTable.named;
/** The voice of a brief that matches no other voice. */
export const PLAIN_TONE = toneTable.plain;
/** The voices; the first whose words occur in tone, style or feedback counts. */
export const TONES = toneTable.named;
/** The audiences; the first whose words occur in the target audience counts. */
export const AUDIENCES = load(Type.Array(AudienceVoice), audiences, "audiences");
/** The languages other than English, which uses the themes. */
export const LANGUAGES = load(Type.Array(LanguageVoice), languages, "languages");
/** The pictures of styles; the first whose words occur counts. */
export const STYLES = load(Type.Array(Style), styles, "styles");

function load<Schema extends TSchema>(schema: Schema, table: unknown, name: string): StaticDecode<Schema> {
  const [wrong] = Value.Errors(schema, table);
  if (wrong) throw new Error(`Cannot load ${name}.json: ${wrong.path} ${wrong.message}`);
  return Value.Decode(schema, table);
}
