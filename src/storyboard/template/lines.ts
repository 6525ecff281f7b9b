import { countWords } from "../text.ts";
import { ANY_THEME } from "./phrases/mod.ts";
import type { Reading } from "./read_brief.ts";
import { ended, factIn } from "./read_message.ts";
import { capital, genericReveals, withProduct } from "./read_product.ts";

/** The sentences to choose from for one brief, with the product filled in. */
export interface Lines {
  readonly hooks: readonly string[];
  readonly tensions: readonly string[];
  readonly turns: readonly string[];
  readonly uses: readonly string[];
  readonly reveals: readonly string[];
  /** Lines that name the audience; empty when it cannot be named safely. */
  readonly dedications: readonly string[];
  readonly proofs: readonly string[];
  readonly leads: readonly string[];
  /** The product's name, for when no other line fits. */
  readonly name: string;
}

/** The most clauses that are considered, more than the longest video can speak. */
const MOST_CLAUSES = 60;

/** Returns the sentences that suit a brief, those closest to its audience first. */
export function linesFor(reading: Reading): Lines {
  const { language, product, message } = reading;
  const name = ended(capital(product.bare));
  if (language === "english") return englishLines(reading, name);
  if (language === "other") {
    // No phrase table has this language, so the brief's own sentences are used in other orders.
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
