import { SHOT_TYPES, TRANSITIONS } from "../vocabulary.ts";

/**
 * The answer's JSON schema for structured output, within what both OpenAI's strict mode and Anthropic's JSON outputs
 * accept: no lengths, ranges or optional fields. Those are checked afterwards.
 */
export const ANSWER_SCHEMA = {
  type: "object",
  properties: {
    scenes: {
      type: "array",
      items: {
        type: "object",
        properties: {
          duration: { type: "number", description: "seconds" },
          description: { type: "string", description: "what the camera sees" },
          script: { type: "string", description: "what is spoken" },
          shotType: { type: "string", enum: [...SHOT_TYPES] },
          transition: { type: "string", enum: [...TRANSITIONS] },
          assets: { type: "array", items: { type: "string" }, description: "asset ids from the brief" },
        },
        required: ["duration", "description", "script", "shotType", "transition", "assets"],
        additionalProperties: false,
      },
    },
  },
  required: ["scenes"],
  additionalProperties: false,
};
