import { ANSWER_SCHEMA } from "../model/answer_schema.ts";
import { type Answer, type Ask, type ModelConnection, unwrapped } from "../model/ask.ts";
import { boundedFetch } from "../model/bounded_fetch.ts";
import { integerOf, recordOf } from "../model/unknowns.ts";

/** Creates an {@linkcode Ask} over chat completions with a JSON schema, which compatible servers support. */
export function askOpenAI({ apiKey, model, baseUrl, callTimeoutMs }: ModelConnection): Ask {
  // Loaded on first use: the template planner should not pay for the SDK's start-up and memory.
  const connect = async () => {
    const { default: OpenAI } = await import("openai");
    return new OpenAI({
      // The SDK requires a key, so one that is not there is replaced and its header removed.
      apiKey: apiKey ?? "none",
      ...(apiKey === null && { defaultHeaders: { Authorization: null } }),
      baseURL: baseUrl ?? "https://api.openai.com/v1",
      // The SDK takes each of these from the environment when it is absent.
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
    const client = await connect();
    const completion = client.chat.completions.create(
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
    return read(await unwrapped(completion));
  };
}

/** Reads a completion defensively: compatible servers do not fill every field that the SDK's types promise. */
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

/** Returns the text of a message. Some compatible servers send it in parts; reasoning parts are skipped. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = (Array.isArray(content) ? content : []).map(recordOf);
  return parts.flatMap(({ type, text }) => (type === "text" && typeof text === "string" ? [text] : [])).join("");
}
