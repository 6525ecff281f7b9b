import { expect } from "bun:test";
import { AppError } from "../../../src/core/errors.ts";
import { createPlanner, type PlannerConfig, type ScenePlanner } from "../../../src/storyboard/mod.ts";
import { PROTOCOLS } from "../provider.ts";

/** The key, which must never be seen outside a header. */
export const KEY = "sk-secret-0123456789";

/** The protocols of providers. */
export const PROVIDERS = ["openai", "anthropic"] as const;

/** A signal that never aborts. */
export const { signal } = new AbortController();

/** A planner that asks a provider at an address, at a known price, and does not pause between its tries. */
export function plannerAt(
  url: string,
  { provider, ...more }: Partial<PlannerConfig> & { readonly provider: (typeof PROVIDERS)[number] },
): ScenePlanner {
  return createPlanner({
    provider,
    apiKey: KEY,
    baseUrl: PROTOCOLS[provider].base(url),
    price: { input: 2, output: 10 },
    sleep: async () => {},
    ...more,
  });
}

/** Returns the error of a failed plan, after checking that it does not contain the key. */
export async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw error;
  expect(error.message).not.toContain(KEY);
  expect(error.message).toStartWith("Cannot plan the scenes: ");
  return error;
}
