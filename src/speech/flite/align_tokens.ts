import type { Span } from "../word_times.ts";

/** A phone with its times in seconds. */
export interface Phone extends Span {
  readonly name: string;
}

/** The costs of an alignment: a vowel may be reduced in a sentence, and a consonant dropped. */
const COST = { reduced: 0.5, replaced: 1.2, skipped: 0.7 } as const;
const VOWELS = new Set("aa ae ah ao aw ax axr ay eh er ey ih ix iy ow oy uh uw".split(" "));

const [BOTH, TOKEN_ONLY, SENTENCE_ONLY] = [0, 1, 2];

/**
 * Finds each token's span in a sentence: aligns the phones of the tokens, each pronounced alone, with the phones of the
 * sentence by dynamic programming.
 *
 * @returns null for a token without a phone in the sentence
 */
export function alignTokens(sentence: readonly Phone[], tokens: readonly (readonly string[])[]): (Span | null)[] {
  const spoken = tokens.flatMap((names, token) => names.map((name) => ({ name, token })));
  const width = sentence.length + 1;
  const steps = new Uint8Array((spoken.length + 1) * width).fill(SENTENCE_ONLY, 0, width);
  let above = Float64Array.from({ length: width }, (_, column) => column * COST.skipped);
  spoken.forEach(({ name }, row) => {
    const costs = new Float64Array(width);
    costs[0] = (row + 1) * COST.skipped;
    steps[(row + 1) * width] = TOKEN_ONLY;
    for (let column = 1; column < width; column++) {
      const both = (above[column - 1] ?? 0) + costOf(name, sentence[column - 1]?.name ?? "");
      const tokenOnly = (above[column] ?? 0) + COST.skipped;
      const sentenceOnly = (costs[column - 1] ?? 0) + COST.skipped;
      const least = Math.min(both, tokenOnly, sentenceOnly);
      costs[column] = least;
      steps[(row + 1) * width + column] = least === both ? BOTH : least === tokenOnly ? TOKEN_ONLY : SENTENCE_ONLY;
    }
    above = costs;
  });
  const spans: (Span | null)[] = tokens.map(() => null);
  for (let row = spoken.length, column = sentence.length; row > 0 || column > 0; ) {
    const step = steps[row * width + column];
    const [token, phone] = [spoken[row - 1]?.token, sentence[column - 1]];
    if (step === BOTH && token !== undefined && phone) {
      spans[token] = { start: phone.start, end: spans[token]?.end ?? phone.end };
    }
    if (step !== SENTENCE_ONLY) row--;
    if (step !== TOKEN_ONLY) column--;
  }
  return spans;
}

function costOf(one: string, other: string): number {
  if (one === other) return 0;
  return VOWELS.has(one) && VOWELS.has(other) ? COST.reduced : COST.replaced;
}

/**
 * Reads flite's list of phones and their ends, one line for each utterance with times from its start.
 *
 * @returns the phones of each utterance without pauses, with times in the whole sound
 */
export function readPhones(output: string): Phone[][] {
  let before = 0;
  return output.split("\n").flatMap((line) => {
    const entries = [...line.matchAll(/([a-z]+\d?):(\d+\.\d+)/gu)].map(([, name = "", end]) => ({
      name,
      end: Number(end),
    }));
    const last = entries.at(-1);
    if (!last) return [];
    const phones = entries.map(({ name, end }, index) => ({
      name,
      start: before + (entries[index - 1]?.end ?? 0),
      end: before + end,
    }));
    before += last.end;
    return [phones.filter(({ name }) => name !== "pau")];
  });
}
