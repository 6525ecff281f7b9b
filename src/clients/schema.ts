import { Type } from "@sinclair/typebox";
import { Line, Name, Nullable, OptionalObject, OptionalUrl, Prose, Reference, Time } from "../core/schema_kit.ts";
import { PageQuery } from "../http/mod.ts";
import { clientExample } from "./examples.ts";
import { BrandGuidelines, FontWording, Wording } from "./guidelines.ts";

const Color = Line(50, { title: "Color", examples: ["#ff0055"] });
const RuleText = Prose(2_000, { title: "BrandText" });
const BrandRule = Wording(RuleText, { title: "BrandRule", most: 100 });
const Rule = (description: string) => Type.Optional(Nullable(BrandRule, { description }));

/** Brand guidelines in a body. Each part is a string, a list of strings, or named strings. */
const GuidelinesBody = Type.Object(
  {
    colors: Type.Optional(
      Nullable(Wording(Color, { most: 100 }), { description: "`#rrggbb` or names, the main one first." }),
    ),
    fonts: Type.Optional(
      Nullable(FontWording(RuleText, { title: "BrandFonts", most: 100 }), {
        description:
          "Names of typefaces, and font files as `{assetId, weight?}`. All text of a video is set in the files, and in other fonts where they lack a character.",
      }),
    ),
    logoAssetId: Type.Optional(Nullable(Reference, { description: "A ready image asset." })),
    tone: Rule("How the brand speaks."),
    restrictions: Rule("What must not be said or shown."),
    examples: Rule("Texts or links that show the brand at its best."),
  },
  {
    title: "BrandGuidelinesBody",
    additionalProperties: false,
    examples: [{ colors: ["#ff0055", "#101820"], tone: "warm and plain", restrictions: ["never say cheap"] }],
  },
);

const fields = {
  description: Type.Optional(Nullable(Prose(10_000, { examples: [clientExample.description] }))),
  homepage: Type.Optional(OptionalUrl),
  brandGuidelines: Type.Optional(Nullable(GuidelinesBody)),
  metadata: Type.Optional(OptionalObject),
};

/** The body of POST `/clients`. */
export const ClientBody = Type.Object({ name: Name, ...fields }, { title: "ClientBody", additionalProperties: false });

/** The body of PUT `/clients/{id}`: absent fields stay unchanged, a given one is replaced whole. */
export const ClientChanges = Type.Partial(ClientBody, { title: "ClientChanges", additionalProperties: false });

/** The query of GET `/clients`. */
export const ClientQuery = Type.Object(PageQuery);

/** A client in responses. Unknown values are null. */
export const Client = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    description: Nullable(Type.String()),
    homepage: Nullable(Type.String()),
    brandGuidelines: Nullable(BrandGuidelines),
    metadata: OptionalObject,
    createdAt: Time,
    updatedAt: Time,
  },
  { title: "Client", additionalProperties: false, examples: [clientExample] },
);
