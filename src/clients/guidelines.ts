import { type Static, type TString, Type } from "@sinclair/typebox";
import { Nullable } from "../core/schema_kit.ts";

/** The parts of brand guidelines. */
export const GUIDELINES = ["colors", "fonts", "tone", "restrictions", "examples"] as const;

/** Creates the schema of a rule: a string, a list of strings, or named strings such as `{"primary": "#ff0055"}`. */
export function Wording(text: TString, options: { title?: string; most?: number } = {}) {
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

const Stored = Nullable(Wording(Type.String()), { title: "StoredBrandRule" });

/** Brand guidelines in events, rows and responses; an absent part is null. */
export const BrandGuidelines = Type.Object(
  { colors: Stored, fonts: Stored, tone: Stored, restrictions: Stored, examples: Stored },
  { additionalProperties: false },
);

/** Brand guidelines of a client. */
export type BrandGuidelines = Static<typeof BrandGuidelines>;

/** Returns the guidelines with null for each absent part. */
export function wholeGuidelines(given: Partial<BrandGuidelines> | null | undefined): BrandGuidelines | null {
  if (!given) return null;
  const { colors = null, fonts = null, tone = null, restrictions = null, examples = null } = given;
  return { colors, fonts, tone, restrictions, examples };
}
