import { askAnthropic } from "./anthropic/ask_anthropic.ts";
import { type CallTiming, sleep } from "./model/call_with_retries.ts";
import { createModelPlanner } from "./model/model_planner.ts";
import { type Price, priceOf } from "./model/prices.ts";
import { askOpenAI } from "./openai/ask_openai.ts";
import type { Provider, ScenePlanner } from "./planner.ts";
import { createTemplatePlanner } from "./template/template_planner.ts";

/** The planner and its connection: `AI_PROVIDER`, `AI_API_KEY`, `AI_MODEL`, `AI_BASE_URL`. */
export interface PlannerConfig {
  readonly provider: Provider;
  /** Absent for a server that takes no key, such as Ollama, vLLM or LM Studio. */
  readonly apiKey?: string;
  readonly model?: string;
  readonly baseUrl?: string;
  /** The price of a model that is missing from the price table. */
  readonly price?: Price;
  /** 60 s by default. */
  readonly callTimeoutMs?: number;
  /** 5 minutes by default: three calls of a minute, their pauses, and one repair. */
  readonly totalMs?: number;
  /** Real time by default. */
  readonly sleep?: CallTiming["sleep"];
  readonly now?: () => number;
}

/** The models used when `AI_MODEL` is not set. */
const DEFAULT_MODELS = { openai: "gpt-6-sol", anthropic: "claude-sonnet-5-5" } as const;

/** Creates the configured planner. */
export function createPlanner(config: PlannerConfig): ScenePlanner {
  const { provider, baseUrl, callTimeoutMs = 60_000, totalMs = 300_000 } = config;
  if (provider === "template") return createTemplatePlanner();
  const model = config.model || DEFAULT_MODELS[provider];
  const options = {
    apiKey: config.apiKey ?? null,
    model,
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
