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

/** The maximum of font files of a brand. */
export const MAX_FONT_FILES = 8;

/** A font of a brand by its file. */
const FontFile = Type.Object(
  {
    assetId: Type.String({ minLength: 1, maxLength: 200, description: "An asset of type `font`." }),
    weight: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: "The weight that the file stands for; else its own." }),
    ),
  },
  { title: "BrandFont", additionalProperties: false },
);

/** Creates the schema of a brand's fonts: names as in {@linkcode Wording}, and font files in the list. */
export function FontWording(text: TString, options: { title?: string; most?: number } = {}) {
  const { most, ...rest } = options;
  return Type.Union(
    [
      text,
      Type.Array(Type.Union([text, FontFile]), most === undefined ? {} : { maxItems: most }),
      Type.Record(Type.String(), text, {
        additionalProperties: false,
        ...(most === undefined ? {} : { maxProperties: most }),
      }),
    ],
    { "x-rule": "a text, a list of texts and of {assetId, weight} of fonts, or named texts", ...rest },
  );
}

const Stored = Nullable(Wording(Type.String()), { title: "StoredBrandRule" });

/** Brand guidelines in events, rows and responses; an absent part is null. */
export const BrandGuidelines = Type.Object(
  {
    logoAssetId: Type.Optional(Nullable(Type.String({ description: "An image of the client's logo." }))),
    colors: Stored,
    fonts: Nullable(FontWording(Type.String()), { title: "StoredBrandFonts" }),
    tone: Stored,
    restrictions: Stored,
    examples: Stored,
  },
  { additionalProperties: false },
);

/** Brand guidelines of a client. */
export type BrandGuidelines = Static<typeof BrandGuidelines>;

/** Returns the guidelines with null for each absent part. */
export function wholeGuidelines(given: Partial<BrandGuidelines> | null | undefined): BrandGuidelines | null {
  if (!given) return null;
  const { logoAssetId, colors = null, fonts = null, tone = null, restrictions = null, examples = null } = given;
  return { ...(logoAssetId && { logoAssetId }), colors, fonts, tone, restrictions, examples };
}
