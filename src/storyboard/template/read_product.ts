import { lowerFirst } from "../../core/lower_first.ts";
import { clip, countWords, tidy } from "../text.ts";

/** The name of a product in a sentence. */
export interface ProductName {
  /** The name as it follows "meet": "the Smart Water Bottle", "EcoBottle". */
  readonly name: string;
  /** Alone: "Smart Water Bottle". */
  readonly bare: string;
  readonly plural: boolean;
  /** True when the brief describes a product without a name: "a meditation app that …". */
  readonly generic: boolean;
}

const NOUNS =
  /\b(?:bottle|app|watch|machine|maker|mug|bike|car|speaker|camera|platform|course|serum|kit|box|bag|backpack|jacket|lamp|mattress|chair|desk|device|tracker|blender|vacuum|ring|band|pillow|subscription|service|toolkit|scooter|tent|keyboard|monitor|phone|tablet|charger|dress|shirt|coat|toothbrush|razor|sofa|plan|card|account|assistant|suite)$/iu;
const PLURALS =
  /\b(?:shoes|sneakers|headphones|earbuds|earphones|jeans|glasses|sunglasses|snacks|bars|socks|boots|toys|candles|plants|chips|cookies|pants|gloves|lights|courses|classes|bottles|bags|boxes|bikes|cars|watches|apps|tools|services|meals|drinks|treats|supplements|vitamins|products|shirts|bowls|knives|pans|trousers|leggings|tyres|tires)$/iu;
const TAIL = /\s+(?:that|which|who|for|with|to|designed|made|built|from|by|and|of|in|on|helping)\s.*$/iu;

const ARTICLES: Readonly<Record<string, RegExp>> = {
  de: /^(?:der|die|das|ein|eine|unser|unsere|mein|meine)\s+(?:(?:ganz )?neue[rsn]?\s+)?/iu,
  fr: /^(?:notre|nos)\s+(?:nouvelle?s?\s+|nouveaux?\s+)?/iu,
  es: /^(?:nuestro|nuestra|nuestros|nuestras)\s+(?:nuev[oa]s?\s+)?/iu,
};

/**
 * Reads the product's name from a name, a description or a sentence.
 *
 * @param language `english` or a language code such as `de`
 */
export function readProduct(text: string, language: string): ProductName {
  const named = tidy(text).replace(/^(?:product(?: launch| name)?|launch of|name|brand|new)\s*:\s*/iu, "");
  const head = firstPart(named.replace(/[.!?…。]+$/u, "").replace(/^["“”„«»'](.+)["“”„«»']$/u, "$1"));
  if (language !== "english") {
    const own = ARTICLES[language] ? head.replace(ARTICLES[language], "") : head;
    const inside = own.replace(/^(?:Les?|La|El|Los|Las)(?=\s)/u, (article) => article.toLowerCase());
    return { name: shorten(inside), bare: shorten(own), plural: false, generic: false };
  }
  const unowned = head
    .replace(/^(?:our|my|a|an|this|introducing|meet)\s+/iu, "")
    .replace(/^the\s+(?=\p{Ll})/u, "")
    .replace(/^(?:brand[- ]new|new|all-new)\s+(?=\S+)/u, "");
  const short = shorten(countWords(unowned) > 5 ? unowned.replace(TAIL, "") : unowned);
  const plural = PLURALS.test(short);
  const isNoun = plural || NOUNS.test(short);
  // "Trail running shoes" is a description, "Trail Running Shoes" may be a name.
  const generic =
    /^\p{Ll}+(?:[\s-]\p{Ll}+)+$/u.test(short.toLowerCase() === short ? short : "") ||
    (isNoun && /^\p{L}\p{Ll}*(?:[\s-]\p{Ll}+)*$/u.test(short));
  const bare = generic ? lowerFirst(short) : short;
  // A brand that ends in a common noun reads well with an article: "the EcoFlow Water Bottle".
  const name = generic || (isNoun && /\s/u.test(short) && !/^the\s/iu.test(short)) ? `the ${bare}` : bare;
  return { name, bare, plural, generic };
}

/** Returns lines that introduce a product without a name. */
export function genericReveals({ bare, plural }: ProductName): string[] {
  if (plural) return [`That's what ${bare} are for.`, `There are ${bare} for that.`, `Enter: ${bare}.`];
  const article = /^[aeiou]/iu.test(bare) ? "an" : "a";
  return [
    `There's ${article} ${bare} for that.`,
    `This is where ${article} ${bare} comes in.`,
    `Enter: ${article} ${bare}.`,
  ];
}

/** Fills the product into a sentence, with plural agreement. */
export function withProduct(line: string, { name, plural }: ProductName): string {
  const agreed = plural
    ? line
        .replace(/^This is \{/u, "These are {")
        .replace(/^Here(?:'s| is) \{/u, "Here are {")
        .replace(/^The answer is \{/u, "The answer: {")
        .replace(/^Here comes \{/u, "Here come {")
        .replace(/^And in walks \{/u, "And in walk {")
    : line;
  return capital(agreed.replaceAll("{product}", () => name));
}

/** Capitalises the first letter, except in names like iPhone. */
export function capital(text: string): string {
  return /^\p{Ll}\p{Lu}/u.test(text) ? text : text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

function firstPart(text: string): string {
  const part = text.split(/\s[–—|-]\s|:\s|,\s|\s\(|[.!?]\s|;\s/u)[0]?.trim() ?? "";
  return part !== "" ? part : text;
}

function shorten(name: string): string {
  const words = name.split(" ");
  const short =
    words.length > 7
      ? words
          .slice(0, 6)
          .join(" ")
          .replace(/\s+(?:the|a|an|and|of|for|with|to|in)$/iu, "")
      : name;
  return clip(short, 60);
}
