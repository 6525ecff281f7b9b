import { Value } from "@sinclair/typebox/value";
import { type ModelScene, ModelStoryboard } from "../schema.ts";

/** The scenes of a model's text, or what is wrong with it, one problem per field. */
export type ReadAnswer = { readonly scenes: ModelScene[] } | { readonly problems: string[] };

/** Reads a model's answer: JSON, perhaps in a code fence, validated by schema. */
export function readAnswer(text: string): ReadAnswer {
  if (text.trim() === "") return { problems: ["the answer is empty"] };
  let value: unknown;
  try {
    value = JSON.parse(unfenced(text));
  } catch {
    return { problems: ["the answer is not valid JSON"] };
  }
  if (Value.Check(ModelStoryboard, value)) return { scenes: value.scenes };
  const problems: string[] = [];
  for (const { path, message } of Value.Errors(ModelStoryboard, value)) {
    problems.push(`${path || "/"}: ${message}`);
    if (problems.length === 10) break;
  }
  return { problems };
}

function unfenced(text: string): string {
  return /^\s*```(?:json)?\s*([\s\S]*?)\s*```\s*$/u.exec(text)?.[1] ?? text;
}
