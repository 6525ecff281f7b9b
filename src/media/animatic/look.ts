import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { OneOf } from "../../core/schema_kit.ts";
import table from "./looks.json";

const FaceName = OneOf(["regular", "semibold", "bold"]);
const Align = OneOf(["center", "start"]);

/** The type, colours and motion of a film. Sizes are in units of the layout. */
const Look = Type.Object({
  name: Type.String(),
  /** A regular expression for the storyboard's style and the brand's tone; the empty one matches everything. */
  words: Type.String(),
  caption: Type.Object({
    face: FaceName,
    size: Type.Number(),
    /** The size below which the text is split into pages. */
    min: Type.Number(),
    leading: Type.Number(),
    /** The ground of a caption over a picture: a soft shade, a plate behind each line, or a rounded box behind all. */
    form: OneOf(["shade", "plate", "pill"]),
    align: Align,
    uppercase: Type.Boolean(),
  }),
  /** The type of cards. */
  headline: Type.Object({ face: FaceName, size: Type.Number(), uppercase: Type.Boolean(), align: Align }),
  /** The treatment of the brand's colour on cards and panels. */
  ground: OneOf(["gradient", "flat", "deep", "bright"]),
  motion: Type.Object({
    /** The camera's travel, as a multiple of the shot's own. */
    amount: Type.Number({ minimum: 0, maximum: 1.5 }),
    /** 0 moves at constant speed, 1 starts and ends softly. */
    ease: Type.Number({ minimum: 0, maximum: 1 }),
    /** The entrance of texts. */
    text: OneOf(["fade", "rise", "pop", "cut"]),
  }),
  /** The length of transitions, as a multiple of the usual one. */
  pace: Type.Number({ minimum: 0.5, maximum: 2 }),
  /** One colour for all texts, instead of those of the palette. */
  ink: Type.Optional(Type.String({ pattern: "^#[0-9a-f]{6}$" })),
});
/** The type, colours and motion of a film. */
export type Look = Static<typeof Look>;

/** All looks; the first that matches is used. */
export const LOOK_TABLE: readonly Look[] = Value.Decode(Type.Array(Look, { minItems: 1 }), table);

/** The longest text that is searched for a style. */
const MAX_STYLE = 500;

/** Returns the look for a storyboard's style, else for the brand's tone. */
export function lookOf(style: string, tone = ""): Look {
  const found = [style, tone].flatMap((text) => {
    const words = text.trim().slice(0, MAX_STYLE);
    return LOOK_TABLE.find((look) => look.words !== "" && new RegExp(look.words, "i").test(words)) ?? [];
  })[0];
  const look = found ?? LOOK_TABLE.find(({ words }) => words === "");
  if (!look) throw new RangeError("Cannot pick a look: the table has no default");
  return look;
}
