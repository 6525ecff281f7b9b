import { countWords, tidy } from "../text.ts";
import { ANY_THEME, AUDIENCES, type AudienceVoice, type Theme } from "./phrases/mod.ts";

/** The audience of a brief. */
export interface Audience {
  /** A plural that fits after "for", such as "busy professionals"; absent when the text has no safe one. */
  readonly people?: string;
  readonly voice?: AudienceVoice;
}

const LEADS =
  /^(?:(?:our|the|my)\s+)?(?:(?:ideal|primary|main|core)\s+)?(?:target(?:ed)?\s+)?(?:(?:audience|market|group|customers?|demographic)\s*(?:is|are|:|includes?|consists? of)\s*|we(?:'re| are)?\s+(?:target(?:ing)?|want to reach|aim(?:ing)? (?:at|for))\s+|(?:this is|it's|made|aimed|designed)\s+(?:for|at)\s+|for\s+|mainly\s+|mostly\s+|primarily\s+)+/iu;
const AGES =
  /[\s,]*\(?\b(?:aged?|ages|between)?\s*(?:(?:between|from|over|under|above)\s+)?\d{1,2}\s*(?:[-–—]|to|and)?\s*(?:\d{1,2}|\+)?\s*(?:-?\s*years?(?:[- ]old|\s+of\s+age)?s?|yo|\+)?\)?/giu;
const TAIL =
  /\s+(?:who|that|which|looking|seeking|wanting|needing|interested|living|working|in need|trying|concerned|with|from|in|on|at|around|between|aged?|ages)\b.*$/iu;
const PEOPLE = /(?:people|women|men|children|parents|kids|folks|millennials|boomers|families|\p{L}{3,}s)$/iu;
const NOT_PEOPLE = /(?:ness|ss|us|is|ics|business|households?\b.*income|years|olds)$/iu;

/** Reads the audience from a list, a description or a sentence. */
export function readAudience(text: string, theme: Theme): Audience {
  const plain = tidy(text.slice(0, 1000));
  const voice = AUDIENCES.find(
    ({ words, fits }) => words.test(plain.toLowerCase()) && (theme === ANY_THEME || fits.includes(theme.name)),
  );
  const people = peopleIn(plain);
  return { ...(people ? { people } : {}), ...(voice ? { voice } : {}) };
}

function peopleIn(text: string): string | undefined {
  const sentence = (text.split(/[.!?;\n]/u)[0] ?? "").trim().replace(LEADS, "");
  const head = (sentence.replace(AGES, "").split(/[,(:/]|\s[–—-]\s/u)[0] ?? "").replace(TAIL, "").trim();
  const words = countWords(head);
  if (words < 1 || words > 5 || /\d/u.test(head) || !PEOPLE.test(head) || NOT_PEOPLE.test(head)) return undefined;
  // "people" or "women" alone names no audience.
  const anybody = /^(?:people|women|men|adults|users|customers|consumers|folks|kids|children)$/iu;
  if (anybody.test(head)) return undefined;
  if (/\b(?:is|are|want|need|love|like|have|care)\b/iu.test(head)) return undefined;
  // Title case as in "Busy Professionals" goes; proper names as in "Gen Z women" and "NHS nurses" stay.
  return head.replace(/\b\p{Lu}\p{Ll}+/gu, (word) =>
    /^(?:Gen|American|European|British|German|French|Spanish|Asian|African|Indian|Chinese|Japanese|English|London|Berlin|Paris)/u.test(
      word,
    )
      ? word
      : word.toLowerCase(),
  );
}
