import { countWords } from "../text.ts";
import { ANY_THEME } from "./phrases/mod.ts";
import type { Reading } from "./read_brief.ts";
import { ended, factIn } from "./read_message.ts";
import { capital, genericReveals, withProduct } from "./read_product.ts";

/** Sentences to choose from, for one brief, with the product already in them. */
export interface Lines {
  readonly hooks: readonly string[];
  readonly tensions: readonly string[];
  readonly turns: readonly string[];
  readonly uses: readonly string[];
  readonly reveals: readonly string[];
  /** Who it is for; none where the audience cannot be named safely. */
  readonly dedications: readonly string[];
  readonly proofs: readonly string[];
  readonly leads: readonly string[];
  /** Fits where nothing else does. */
  readonly name: string;
}

/** More clauses than the longest video can say; each is weighed for every scene. */
const MOST_CLAUSES = 60;

/** The sentences that suit the reading; the first of each list are the closest to its audience. */
export function linesFor(reading: Reading): Lines {
  const { language, product, message } = reading;
  const name = ended(capital(product.bare));
  if (language === "english") return englishLines(reading, name);
  if (language === "other") {
    // Nothing of ours would fit, so the brief speaks for itself: other sentences of it in other orders.
    const clauses = message
      .flatMap((sentence) => sentence.split(/(?<=[,;:，、；،؛])\s*|\s+[–—]\s+/u))
      .slice(0, MOST_CLAUSES);
    const own = [name, ...clauses.filter((clause) => countWords(clause) > 1).map((clause) => capital(ended(clause)))];
    return {
      hooks: own.filter((line) => !message.includes(line)),
      tensions: [],
      turns: own,
      uses: own,
      reveals: [name],
      dedications: [],
      proofs: own,
      leads: [],
      name,
    };
  }
  return {
    ...language,
    reveals: language.reveals.map((line) => withProduct(line, product)),
    dedications: [],
    name,
  };
}

function englishLines({ theme, tone, audience, product, message }: Reading, name: string): Lines {
  const { people, voice } = audience;
  const fact = factIn(message.join(" "));
  const facts = fact ? [`${capital(fact)}. You heard that right.`, `${capital(fact)}. That's the promise.`] : [];
  return {
    hooks: [...theme.hooks, ...(voice?.hooks ?? []), ...(theme === ANY_THEME ? tone.hooks : [])],
    tensions: [...(voice?.tensions ?? []), ...theme.tensions],
    turns: theme.turns,
    uses: theme.uses,
    reveals: product.generic ? genericReveals(product) : tone.reveals.map((line) => withProduct(line, product)),
    dedications: people
      ? [`Made for ${people}.`, ...(product.generic ? [] : [`For ${people}.`]), `${capital(people)}, this one's yours.`]
      : [],
    proofs: [...facts, ...tone.proofs],
    leads: tone.leads,
    name,
  };
}
