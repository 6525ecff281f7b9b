import { ANSWER_SCHEMA } from "../model/answer_schema.ts";
import { type Answer, type Ask, CallError } from "../model/ask.ts";
import { boundedFetch } from "../model/bounded_fetch.ts";
import { causationOf, integerOf, recordOf } from "../model/unknowns.ts";

/** The connection to Anthropic, or to a proxy that speaks its protocol. */
export interface AnthropicOptions {
  /** Null sends no `Authorization` header. */
  readonly apiKey: string | null;
  readonly model: string;
  /** The base URL without `/v1`, as the vendor's SDK expects it; Anthropic's API by default. */
  readonly baseUrl?: string;
  readonly callTimeoutMs: number;
}

/** Twenty scenes take about 4,000 tokens; the rest leaves room for reasoning. */
const MAX_TOKENS = 12_000;

/** Creates an {@linkcode Ask} over the Messages API with a JSON schema. */
export function askAnthropic({ apiKey, model, baseUrl, callTimeoutMs }: AnthropicOptions): Ask {
  // Loaded on first use: the template planner should not pay for the SDK's start-up and memory.
  const connect = async () => {
    const { default: Anthropic } = await import("@anthropic-ai/sdk");
    return new Anthropic({
      // The SDK requires a key, so one that is not there is replaced and its header removed.
      apiKey: apiKey ?? "none",
      ...(apiKey === null && { defaultHeaders: { Authorization: null } }),
      baseURL: baseUrl ?? "https://api.anthropic.com",
      // The SDK takes each of these from the environment or a profile on disk when it is absent.
      authToken: null,
      webhookKey: null,
      openTelemetry: false,
      logLevel: "off",
      maxRetries: 0,
      timeout: callTimeoutMs + 1000,
      fetch: boundedFetch,
    });
  };
  return async (system, turns, { signal }) => {
    try {
      const message: unknown = await (await connect()).messages.create(
        {
          model,
          max_tokens: MAX_TOKENS,
          system,
          messages: turns.map(({ role, text }) => ({ role, content: text })),
          output_config: { format: { type: "json_schema", schema: ANSWER_SCHEMA } },
        },
        { signal },
      );
      return read(message);
    } catch (error) {
      // The SDK wraps what its fetch throws.
      throw causationOf(error, CallError) ?? error;
    }
  };
}

/** Reads a message. Some proxies send a tool call instead of text; its input counts as the text. */
function read(message: unknown): Answer {
  const { content, stop_reason, usage } = recordOf(message);
  const blocks = (Array.isArray(content) ? content : []).map(recordOf);
  const tool = blocks.find(({ type }) => type === "tool_use");
  const text = blocks.flatMap((block) => (block.type === "text" && typeof block.text === "string" ? [block.text] : []));
  const counted = recordOf(usage);
  return {
    text: tool ? JSON.stringify(tool.input ?? null) : text.join(""),
    end: stop_reason === "refusal" ? "declined" : stop_reason === "max_tokens" ? "cut" : "complete",
    inputTokens: integerOf(counted.input_tokens),
    outputTokens: integerOf(counted.output_tokens),
  };
}
