import { type Brief, wordings } from "./brief.ts";
import { type ForbiddenWords, forbiddenWords } from "./forbidden_words.ts";
import { tidy } from "./text.ts";

const QUOTED = /["“”„«»]([^"“”„«»]{1,60})["“”„«»]|(?<![\p{L}\p{N}])['‘’]([^'‘’]{1,60})['‘’](?![\p{L}\p{N}])/gu;
const BAN =
  /(?:^|[.;:,!?]\s*|\b(?:please|but|and)\s+)(?:please\s+)?(?:never|avoid|do not|don[’']?t|no|without|not|stop|remove|drop|forbidden|banned|prohibited)\b[:\s]*(.{1,200}?)(?=[.;!?]|$)/giu;
// Feedback such as "no, make it shorter" bans no word, so feedback needs a verb of speech.
const SAID_BAN =
  /\b(?:never|avoid|do not|don[’']?t|without|stop)\s+(?:ever\s+)?(?:say|saying|use|using|mention|mentioning|write|writing|the words?|the phrase)\b[:\s]*(.{1,200}?)(?=[.;!?]|$)/giu;
const FILLER =
  /^(?:(?:no|never|avoid|to)\s+)?(?:ever\s+)?(?:no|never|avoid|use|using|say|saying|mention|mentioning|show|showing|include|including|write|claim|claiming|references?|talk(?:ing)? about|any|more|the|an?|our|words?|terms?|phrases?|of|like|such as|is|are|to)\b[:\s]*/iu;

/** The most terms that are taken from a brief; the first ones count. */
const MAX_TERMS = 5_000;
/** The most recent feedback entries that are read, and the characters read of each entry or rule. */
const [MAX_FEEDBACK, MAX_RULE_LENGTH] = [50, 2_000];
/** The characters read of all rules, the limit of new guidelines; older guidelines may have more. */
const MAX_RULES_LENGTH = 65_536;
/** The longest term; anything longer is a sentence. */
const MAX_TERM_LENGTH = 200;

const known = new WeakMap<Brief, Map<string, ForbiddenWords>>();

/**
 * Returns the forbidden words of the brand's restrictions and of feedback such as "never say cheap": quoted text, text
 * after a ban, and any restriction of at most three words. Cached per brief and feedback, because a planner checks every
 * sentence.
 */
export function forbiddenIn(brief: Brief, feedback: readonly string[] = []): ForbiddenWords {
  const byFeedback = known.get(brief) ?? new Map<string, ForbiddenWords>();
  known.set(brief, byFeedback);
  const key = JSON.stringify(feedback);
  const found = byFeedback.get(key) ?? forbiddenWords(termsIn(brief, feedback));
  byFeedback.set(key, found);
  return found;
}

function termsIn(brief: Brief, feedback: readonly string[]): string[] {
  const said = [...(brief.feedback ?? []), ...feedback].slice(-MAX_FEEDBACK);
  // The latest feedback comes before the brand's list.
  const terms = new Set(said.flatMap((text) => termsOf(text, false)).slice(-MAX_TERMS / 2));
  let length = 0;
  for (const rule of wordings(brief.brand?.restrictions)) {
    length += Math.min(rule.length, MAX_RULE_LENGTH);
    if (length > MAX_RULES_LENGTH) break;
    for (const term of termsOf(rule, true)) if (terms.size < MAX_TERMS) terms.add(term);
  }
  return [...terms];
}

function termsOf(text: string, isRule: boolean): string[] {
  const rule = tidy(text.slice(0, MAX_RULE_LENGTH));
  const quoted = [...rule.matchAll(QUOTED)].map((match) => match[1] ?? match[2] ?? "");
  const banned = [...rule.matchAll(isRule ? BAN : SAID_BAN)].map((match) => match[1] ?? "");
  // A quote in feedback may be a line to add, so it counts only together with a ban.
  if (quoted.length > 0 && (isRule || banned.length > 0)) return quoted.map(clean).filter(Boolean);
  const lists = banned.length > 0 ? banned : isRule && rule.split(" ").length <= 3 ? [rule] : [];
  return lists
    .flatMap((list) => list.split(/,|\/|\bor\b|\band\b|\bnor\b/iu))
    .filter((term) => term.length <= MAX_TERM_LENGTH)
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
