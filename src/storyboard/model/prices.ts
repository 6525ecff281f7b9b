/** US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/**
 * The vendors' public list prices of November 2026, below their long-context thresholds, which no brief reaches. The
 * longest matching prefix counts.
 */
const PRICES: Readonly<Record<string, Price>> = {
  "gpt-6-astra": { input: 10, output: 50 },
  "gpt-6-sol": { input: 2, output: 10 },
  "gpt-6-luna": { input: 0.1, output: 0.5 },
  "gpt-5.6-sol": { input: 4, output: 20 },
  "gpt-5.6-terra": { input: 2, output: 12 },
  "gpt-5.6-luna": { input: 0.2, output: 1.2 },
  "gpt-5.4": { input: 2.5, output: 15 },
  "gpt-5.4-mini": { input: 0.75, output: 4.5 },
  "gpt-5.2": { input: 1.75, output: 14 },
  "gpt-5": { input: 1.25, output: 10 },
  "gpt-5-mini": { input: 0.25, output: 2 },
  "gpt-5-nano": { input: 0.05, output: 0.4 },
  "gpt-4.1": { input: 2, output: 8 },
  "gpt-4.1-mini": { input: 0.4, output: 1.6 },
  "gpt-4.1-nano": { input: 0.1, output: 0.4 },
  "gpt-4o": { input: 2.5, output: 10 },
  "gpt-4o-mini": { input: 0.15, output: 0.6 },
  "claude-fable-5": { input: 10, output: 50 },
  "claude-opus-5-5": { input: 4, output: 20 },
  "claude-opus-5": { input: 5, output: 25 },
  "claude-opus-4": { input: 5, output: 25 },
  "claude-sonnet-5": { input: 2, output: 10 },
  "claude-sonnet-4": { input: 3, output: 15 },
  "claude-haiku-5-5": { input: 0.1, output: 0.5 },
  "claude-haiku-4-5": { input: 1, output: 5 },
};

/** Returns the price of a model or of a dated release of it (`gpt-5-mini-2025-08-07`); null if unknown. */
export function priceOf(model: string): Price | null {
  const known = Object.keys(PRICES)
    .filter((name) => model === name || isRelease(model, name))
    .reduce((best, name) => (name.length > best.length ? name : best), "");
  return PRICES[known] ?? null;
}

/** Returns the cost of the tokens in US dollars, to a millionth; null when the price is unknown. */
export function costOf(price: Price | null, { input, output }: { input: number; output: number }): number | null {
  return price === null ? null : Math.round(input * price.input + output * price.output) / 1e6;
}

// "gpt-5-pro" is not a release of "gpt-5"; "claude-sonnet-4-6" has its family's price; a date marks a release.
function isRelease(model: string, name: string): boolean {
  if (!model.startsWith(`${name}-`)) return false;
  const rest = model.slice(name.length + 1);
  return /^\d{4}-?\d{2}-?\d{2}$/u.test(rest) || (/^claude-/u.test(name) && /^\d(?:-\d{8})?$/u.test(rest));
}
