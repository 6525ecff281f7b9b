import { ANSWER_SCHEMA } from "../model/answer_schema.ts";
import { type Answer, type Ask, CallError } from "../model/ask.ts";
import { boundedFetch } from "../model/bounded_fetch.ts";
import { causationOf, integerOf, recordOf } from "../model/unknowns.ts";

/** How to reach a provider that speaks OpenAI's protocol. */
export interface OpenAIOptions {
  readonly apiKey: string;
  readonly model: string;
  /** With `/v1`, as the vendor's SDK takes it; OpenAI's own by default. */
  readonly baseUrl?: string;
  readonly callTimeoutMs: number;
}

/** Asks through chat completions with a JSON schema, which is what compatible servers understand. */
export function askOpenAI({ apiKey, model, baseUrl, callTimeoutMs }: OpenAIOptions): Ask {
  // Loaded when it is used: a server with the template needs neither its time nor its memory.
  const connect = async () => {
    const { default: OpenAI } = await import("openai");
    return new OpenAI({
      apiKey,
      baseURL: baseUrl ?? "https://api.openai.com/v1",
      // Explicit, because the SDK would take each of these from the environment.
      organization: null,
      project: null,
      adminAPIKey: null,
      webhookSecret: null,
      logLevel: "off",
      maxRetries: 0,
      timeout: callTimeoutMs + 1000,
      fetch: boundedFetch,
    });
  };
  return async (system, turns, { signal }) => {
    try {
      const completion: unknown = await (await connect()).chat.completions.create(
        {
          model,
          messages: [{ role: "system", content: system }, ...turns.map(({ role, text }) => ({ role, content: text }))],
          response_format: {
            type: "json_schema",
            json_schema: { name: "storyboard", strict: true, schema: ANSWER_SCHEMA },
          },
        },
        { signal },
      );
      return read(completion);
    } catch (error) {
      // The SDK wraps what its fetch throws.
      throw causationOf(error, CallError) ?? error;
    }
  };
}

/** Reads a completion without trusting that a compatible server fills it as the SDK's types promise. */
function read(completion: unknown): Answer {
  const { choices, usage } = recordOf(completion);
  const choice = recordOf(Array.isArray(choices) ? choices[0] : undefined);
  const message = recordOf(choice.message);
  const counted = recordOf(usage);
  const declined =
    (typeof message.refusal === "string" && message.refusal !== "") || choice.finish_reason === "content_filter";
  return {
    text: textOf(message.content),
    end: declined ? "declined" : choice.finish_reason === "length" ? "cut" : "complete",
    inputTokens: integerOf(counted.prompt_tokens),
    outputTokens: integerOf(counted.completion_tokens),
  };
}

/** The text of a message; some compatible servers answer in parts, of which those of the reasoning are no text. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = (Array.isArray(content) ? content : []).map(recordOf);
  return parts.flatMap(({ type, text }) => (type === "text" && typeof text === "string" ? [text] : [])).join("");
}
