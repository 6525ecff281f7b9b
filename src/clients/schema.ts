import { Type } from "@sinclair/typebox";
import { JsonObject, Line, Name, Nullable, Prose, Time, WebUrl } from "../core/schema_kit.ts";
import { PageQuery } from "../http/mod.ts";
import { clientExample } from "./examples.ts";
import { BrandGuidelines, Wording } from "./guidelines.ts";

const ColorText = Line(50, { examples: ["#ff0055"] });
const RuleText = Prose(2_000);
const Rule = (description: string) => Type.Optional(Nullable(Wording(RuleText, { description, most: 100 })));

/** Brand guidelines in a body. Each part is a string, a list of strings, or named strings. */
const GuidelinesBody = Type.Object(
  {
    colors: Type.Optional(
      Nullable(Wording(ColorText, { description: "`#rrggbb` or names, the main one first.", most: 100 })),
    ),
    fonts: Rule("Names of typefaces."),
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

const ClientName = Name("Acme Outdoor");
const fields = {
  description: Type.Optional(Nullable(Prose(10_000, { examples: [clientExample.description] }))),
  homepage: Type.Optional(Nullable(WebUrl)),
  brandGuidelines: Type.Optional(Nullable(GuidelinesBody)),
  metadata: Type.Optional(Nullable(JsonObject)),
};

/** The body of POST `/clients`. */
export const ClientBody = Type.Object(
  { name: ClientName, ...fields },
  { title: "ClientBody", additionalProperties: false },
);

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
    metadata: Nullable(JsonObject),
    createdAt: Time,
    updatedAt: Time,
  },
  { title: "Client", additionalProperties: false, examples: [clientExample] },
);
