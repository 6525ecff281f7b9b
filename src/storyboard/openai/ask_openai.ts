import { ANSWER_SCHEMA } from "../model/answer_schema.ts";
import type { Answer, Ask, ModelConnection } from "../model/ask.ts";
import { postJson } from "../model/post_json.ts";
import { integerOf, recordOf } from "../model/unknowns.ts";

/** Creates an {@linkcode Ask} over chat completions with a JSON schema, which compatible servers support. */
export function askOpenAI({ apiKey, model, baseUrl = "https://api.openai.com/v1" }: ModelConnection): Ask {
  return async (system, turns, { signal }) => {
    const completion = await postJson(`${baseUrl}/chat/completions`, {
      headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
      body: {
        model,
        messages: [{ role: "system", content: system }, ...turns.map(({ role, text }) => ({ role, content: text }))],
        response_format: {
          type: "json_schema",
          json_schema: { name: "storyboard", strict: true, schema: ANSWER_SCHEMA },
        },
      },
      signal,
    });
    return read(completion);
  };
}

/** Reads a completion defensively: compatible servers do not fill every field. */
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
