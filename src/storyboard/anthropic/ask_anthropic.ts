import { ANSWER_SCHEMA } from "../model/answer_schema.ts";
import { type Answer, type Ask, type ModelConnection, unwrapped } from "../model/ask.ts";
import { boundedFetch } from "../model/bounded_fetch.ts";
import { integerOf, recordOf } from "../model/unknowns.ts";

/** Twenty scenes take about 4,000 tokens; the rest leaves room for reasoning. */
const MAX_TOKENS = 12_000;

/** Creates an {@linkcode Ask} over the Messages API with a JSON schema. */
export function askAnthropic({ apiKey, model, baseUrl, callTimeoutMs }: ModelConnection): Ask {
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
    const client = await connect();
    const message = client.messages.create(
      {
        model,
        max_tokens: MAX_TOKENS,
        system,
        messages: turns.map(({ role, text }) => ({ role, content: text })),
        output_config: { format: { type: "json_schema", schema: ANSWER_SCHEMA } },
      },
      { signal },
    );
    return read(await unwrapped(message));
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
