/** The direction in which a text is read. */
export type Direction = "ltr" | "rtl";

const RTL = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const RTL_LANGUAGES = /^(ar|arc|ckb|dv|fa|he|iw|ps|sd|syr|ug|ur|yi)(-|$)/i;

/**
 * Returns the base direction of a text: right to left if it has letters of such a script and either its language or
 * most of its words are. The first letter alone does not decide, because an ad in Hebrew may begin with a Latin name.
 */
export function directionOf(text: string, language: string | null): Direction {
  if (!RTL.test(text)) return "ltr";
  if (language !== null && RTL_LANGUAGES.test(language)) return "rtl";
  const words = text.split(/\s+/).flatMap((word) => word.match(/\p{L}/u) ?? []);
  return words.filter((letter) => RTL.test(letter)).length * 2 >= words.length ? "rtl" : "ltr";
}
