import { askAnthropic } from "./anthropic/mod.ts";
import { type CallTiming, sleep } from "./model/call_with_retries.ts";
import { createModelPlanner } from "./model/model_planner.ts";
import { type Price, priceOf } from "./model/prices.ts";
import { askOpenAI } from "./openai/mod.ts";
import type { Provider, ScenePlanner } from "./planner.ts";
import { createTemplatePlanner } from "./template/mod.ts";

/** Which planner, and how to reach it: `AI_PROVIDER`, `AI_API_KEY`, `AI_MODEL`, `AI_BASE_URL`. */
export interface PlannerConfig {
  readonly provider: Provider;
  readonly apiKey?: string;
  readonly model?: string;
  readonly baseUrl?: string;
  /** For a model that the price table does not know. */
  readonly price?: Price;
  /** 60 s by default. */
  readonly callTimeoutMs?: number;
  /** 5 minutes by default: three calls of a minute with their pauses, and time for the repair. */
  readonly totalMs?: number;
  /** Real time by default. */
  readonly sleep?: CallTiming["sleep"];
  readonly now?: () => number;
}

/** Used where `AI_MODEL` is not set. */
const DEFAULT_MODELS = { openai: "gpt-6-sol", anthropic: "claude-sonnet-5-5" } as const;

/** The planner of the configuration. Throws one sentence that names the variable when the key is missing. */
export function createPlanner(config: PlannerConfig): ScenePlanner {
  const { provider, baseUrl, callTimeoutMs = 60_000, totalMs = 300_000 } = config;
  if (provider === "template") return createTemplatePlanner();
  if (!config.apiKey && !baseUrl) throw new Error(`Cannot use the planner ${provider}: AI_API_KEY is not set`);
  const model = config.model || DEFAULT_MODELS[provider];
  const options = {
    // A model server of one's own may want no key, but the SDKs insist on one.
    apiKey: config.apiKey || "none",
    model,
    callTimeoutMs,
    ...(baseUrl ? { baseUrl } : {}),
  };
  return createModelPlanner({
    name: provider,
    model,
    ask: provider === "openai" ? askOpenAI(options) : askAnthropic(options),
    price: config.price ?? priceOf(model),
    timing: { callTimeoutMs, sleep: config.sleep ?? sleep, now: config.now ?? Date.now },
    totalMs,
  });
}
