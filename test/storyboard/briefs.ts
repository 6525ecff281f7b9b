import fc from "fast-check";
import type { Brief, BriefAsset } from "../../src/storyboard/mod.ts";

type Words = Brief["adBasics"] & Brief["direction"];

/** A brief for tests; any field can be given. */
export function brief({ words, ...rest }: Partial<Brief> & { words?: Partial<Words> } = {}): Brief {
  const { product, targetAudience, keyMessage, callToAction, ...direction } = {
    product: "EcoBottle",
    targetAudience: "busy professionals",
    keyMessage: "Keeps drinks cold for 24 hours.",
    callToAction: "Shop now",
    style: "modern",
    ...words,
  };
  return {
    adBasics: { product, targetAudience, keyMessage, callToAction },
    direction,
    duration: 30,
    format: "16:9",
    assets: [],
    revision: 0,
    ...rest,
  };
}

/** An image asset for tests. */
export function image(id: string, more: Partial<BriefAsset> = {}): BriefAsset {
  return { id, kind: "image", name: `${id}.jpg`, ...more };
}

const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.lorem({ maxCount: 12 }),
  fc.constantFrom(
    "A".repeat(5000),
    "word ".repeat(1000),
    "مرحبا بالعالم، هذا إعلان جديد",
    "今すぐチェック。髪にやさしい。",
    "👩‍👩‍👧‍👦🎉🔥",
    "\u0000\u202Eevil\u202C\n\r\t",
    "\uD800 lone",
    "$& $1 $' {product}",
    "…",
    "",
  ),
);

const asset: fc.Arbitrary<Omit<BriefAsset, "id">> = fc.record({
  kind: fc.constantFrom("image", "video", "audio", "document"),
  name: text,
  role: fc.option(
    fc.oneof(text, fc.constantFrom("product_shot", "brand_logo", "first_frame", "closing_frame", "lifestyle")),
  ),
});

/** Any brief that a person could send, and worse. */
export const anyBrief: fc.Arbitrary<Brief> = fc
  .record({
    words: fc.record({
      product: text,
      targetAudience: text,
      keyMessage: text,
      callToAction: text,
      style: text,
      tone: text,
    }),
    duration: fc.integer({ min: 30, max: 1800 }).map((tenths) => tenths / 10),
    assets: fc.array(asset, { maxLength: 12 }),
    feedback: fc.array(text, { maxLength: 3 }),
    revision: fc.nat(20),
    restrictions: fc.array(fc.constantFrom("cheap", "Never say 'cold'", "no plastic", "a", ""), { maxLength: 3 }),
  })
  .map(({ restrictions, assets, ...rest }) =>
    brief({
      ...rest,
      assets: assets.map((one, index) => ({ ...one, id: `asset-${index}` })),
      brand: { restrictions },
    }),
  );
