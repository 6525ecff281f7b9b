import { ANSWER_SCHEMA } from "../model/answer_schema.ts";
import type { Answer, Ask, ModelConnection } from "../model/ask.ts";
import { postJson } from "../model/post_json.ts";
import { integerOf, recordOf } from "../model/unknowns.ts";

/** Twenty scenes take about 4,000 tokens; the rest leaves room for reasoning. */
const MAX_TOKENS = 12_000;

/** The version of the API, which every request names. */
const API_VERSION = "2023-06-01";

/** Creates an {@linkcode Ask} over the Messages API with a JSON schema. */
export function askAnthropic({ apiKey, model, baseUrl = "https://api.anthropic.com" }: ModelConnection): Ask {
  return async (system, turns, { signal }) => {
    const message = await postJson(`${baseUrl}/v1/messages`, {
      headers: { "anthropic-version": API_VERSION, ...(apiKey !== null && { "x-api-key": apiKey }) },
      body: {
        model,
        max_tokens: MAX_TOKENS,
        system,
        messages: turns.map(({ role, text }) => ({ role, content: text })),
        output_config: { format: { type: "json_schema", schema: ANSWER_SCHEMA } },
      },
      signal,
    });
    return read(message);
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
