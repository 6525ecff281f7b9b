import { ANSWER_SCHEMA } from "../model/answer_schema.ts";
import { type Answer, type Ask, CallError } from "../model/ask.ts";
import { boundedFetch } from "../model/bounded_fetch.ts";
import { causationOf, integerOf, recordOf } from "../model/unknowns.ts";

/** How to reach Anthropic, or a proxy that speaks its protocol. */
export interface AnthropicOptions {
  readonly apiKey: string;
  readonly model: string;
  /** Without `/v1`, as the vendor's SDK takes it; Anthropic's own by default. */
  readonly baseUrl?: string;
  readonly callTimeoutMs: number;
}

/** Twenty scenes are about 4,000 tokens; the rest is for a model that thinks first. */
const MAX_TOKENS = 12_000;

/** Asks through the Messages API with a JSON schema. */
export function askAnthropic({ apiKey, model, baseUrl, callTimeoutMs }: AnthropicOptions): Ask {
  // Loaded when it is used: a server with the template needs neither its time nor its memory.
  const connect = async () => {
    const { default: Anthropic } = await import("@anthropic-ai/sdk");
    return new Anthropic({
      apiKey,
      baseURL: baseUrl ?? "https://api.anthropic.com",
      // Explicit, because the SDK would take each of these from the environment or from a profile on disk.
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

/** Reads a message; a proxy that answers with a tool call instead of text is understood too. */
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
