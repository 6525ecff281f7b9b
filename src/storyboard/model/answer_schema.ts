import { SHOT_TYPES, TRANSITIONS } from "../vocabulary.ts";

/**
 * The shape of an answer for a vendor's structured output: within what both OpenAI's strict mode and Anthropic's JSON
 * outputs accept, so no lengths, no ranges, nothing optional. What it cannot say is checked afterwards.
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
