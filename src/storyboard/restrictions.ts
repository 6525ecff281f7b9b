import { type Brief, wordings } from "./brief.ts";
import { tidy } from "./text.ts";

const QUOTED = /["“”„«»]([^"“”„«»]{1,60})["“”„«»]|(?<![\p{L}\p{N}])['‘’]([^'‘’]{1,60})['‘’](?![\p{L}\p{N}])/gu;
const BAN =
  /(?:^|[.;:,!?]\s*|\b(?:please|but|and)\s+)(?:please\s+)?(?:never|avoid|do not|don[’']?t|no|without|not|stop|remove|drop|forbidden|banned|prohibited)\b[:\s]*(.{1,200}?)(?=[.;!?]|$)/giu;
// People also say "no, make it shorter": in feedback only a ban on words counts.
const SAID_BAN =
  /\b(?:never|avoid|do not|don[’']?t|without|stop)\s+(?:ever\s+)?(?:say|saying|use|using|mention|mentioning|write|writing|the words?|the phrase)\b[:\s]*(.{1,200}?)(?=[.;!?]|$)/giu;
const FILLER =
  /^(?:(?:no|never|avoid|to)\s+)?(?:ever\s+)?(?:no|never|avoid|use|using|say|saying|mention|mentioning|show|showing|include|including|write|claim|claiming|references?|talk(?:ing)? about|any|more|the|an?|our|words?|terms?|phrases?|of|like|such as|is|are|to)\b[:\s]*/iu;

/**
 * The words and phrases that must not appear, lower case, from the brand's restrictions and from feedback such as
 * "never say cheap": what is quoted, what follows a ban, and any restriction of at most three words by itself.
 */
export function forbiddenTerms(brief: Brief, feedback: readonly string[] = []): string[] {
  const terms = wordings(brief.brand?.restrictions)
    .slice(0, 200)
    .flatMap((rule) => termsOf(rule, true));
  const said = [...(brief.feedback ?? []), ...feedback].flatMap((text) => termsOf(text, false));
  return [...new Set([...terms, ...said])];
}

/** True when the text contains one of the terms as whole words. */
export function breaks(text: string, terms: readonly string[]): boolean {
  return terms.some((term) => pattern(term).test(text));
}

/** The text without the terms, tidied so that the sentence still reads. */
export function withoutTerms(text: string, terms: readonly string[]): string {
  if (!breaks(text, terms)) return text;
  let kept = text;
  // A removal can bring two halves of another term together, so look again until nothing is left to remove.
  while (breaks(kept, terms)) {
    for (const term of terms) kept = kept.replace(pattern(term), " ");
    kept = kept
      .replace(/\s+([,.;:!?…])/gu, "$1")
      .replace(/([,;:])(?=[,.;:!?])/gu, "")
      .replace(/\b(the|an?|and|or|of|with|our|your|is),\s*/giu, "$1 ")
      .replace(/^[\s,.;:!?–—-]+/u, "");
    kept = tidy(kept);
  }
  const first = /^\p{Ll}/u.test(kept) && /^\p{Lu}/u.test(text.trim()) ? kept.charAt(0).toUpperCase() : kept.charAt(0);
  return first + kept.slice(1);
}

function termsOf(text: string, isRule: boolean): string[] {
  const rule = tidy(text.slice(0, 2000));
  const quoted = [...rule.matchAll(QUOTED)].map((match) => match[1] ?? match[2] ?? "");
  const banned = [...rule.matchAll(isRule ? BAN : SAID_BAN)].map((match) => match[1] ?? "");
  // Quotes in feedback may as well say what to add, so they count only beside a ban.
  if (quoted.length > 0 && (isRule || banned.length > 0)) return quoted.map(clean).filter(Boolean);
  const lists = banned.length > 0 ? banned : isRule && rule.split(" ").length <= 3 ? [rule] : [];
  return lists
    .flatMap((list) => list.split(/,|\/|\bor\b|\band\b|\bnor\b/iu))
    .map(clean)
    .filter((term) => term !== "" && term.split(" ").length <= 4);
}

function clean(term: string): string {
  let rest = tidy(term).toLowerCase();
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(FILLER, "").trim();
  }
  return rest.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%+]+$/gu, "");
}

function pattern(term: string): RegExp {
  const escaped = term.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&").replace(/\s+/gu, "\\s+");
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?:e?s)?(?![\\p{L}\\p{N}])`, "giu");
}
