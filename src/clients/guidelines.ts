import { type Static, type TString, Type } from "@sinclair/typebox";
import { Nullable } from "../core/schema_kit.ts";

/** The parts of brand guidelines. */
export const GUIDELINES = ["colors", "fonts", "tone", "restrictions", "examples"] as const;

/** A rule as people write it: a text, a list of texts, or named texts such as `{"primary": "#ff0055"}`. Kept as given. */
export function Wording(text: TString, options: { description?: string; most?: number } = {}) {
  const { most, ...rest } = options;
  const each = text.maxLength === undefined ? "" : `, each of at most ${text.maxLength} characters`;
  return Type.Union(
    [
      text,
      Type.Array(text, most === undefined ? {} : { maxItems: most }),
      Type.Record(Type.String(), text, {
        additionalProperties: false,
        ...(most === undefined ? {} : { maxProperties: most }),
      }),
    ],
    { "x-rule": `a text, a list of texts or named texts${each}`, ...rest },
  );
}

const Stored = Nullable(Wording(Type.String()));

/** Brand guidelines as events, rows and answers have them; what nobody said is null. */
export const BrandGuidelines = Type.Object(
  { colors: Stored, fonts: Stored, tone: Stored, restrictions: Stored, examples: Stored },
  { additionalProperties: false },
);

/** Brand guidelines of a client. */
export type BrandGuidelines = Static<typeof BrandGuidelines>;

/** Guidelines with null for each part that is not given. */
export function wholeGuidelines(given: Partial<BrandGuidelines> | null | undefined): BrandGuidelines | null {
  if (!given) return null;
  const { colors = null, fonts = null, tone = null, restrictions = null, examples = null } = given;
  return { colors, fonts, tone, restrictions, examples };
}
