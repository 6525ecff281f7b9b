import { Value } from "@sinclair/typebox/value";
import { type ModelScene, ModelStoryboard } from "../scene_schema.ts";

/** The scenes of a model's answer, or its problems, one per field. */
export type ReadAnswer = { readonly scenes: ModelScene[] } | { readonly problems: string[] };

/** The most JSON candidates that are tried; each costs one pass over the answer. */
const MAX_CANDIDATES = 32;

/**
 * Reads a model's answer: a JSON object that fits the schema, alone or within reasoning, prose or code fences. The last
 * fitting object counts, because reasoning may contain drafts.
 */
export function readAnswer(text: string): ReadAnswer {
  if (text.trim() === "") return { problems: ["the answer is empty"] };
  const found = objectsOf(text);
  const scenes = found.flatMap((value) => (Value.Check(ModelStoryboard, value) ? [value.scenes] : [])).at(-1);
  if (scenes) return { scenes };
  if (found.length === 0) return { problems: ["the answer is not valid JSON"] };
  const problems: string[] = [];
  for (const { path, message } of Value.Errors(ModelStoryboard, found.at(-1))) {
    problems.push(`${path || "/"}: ${message}`);
    if (problems.length === 10) break;
  }
  return { problems };
}

/** Removes the reasoning before an answer, for quoting it back to the model. */
export function withoutReasoning(text: string): string {
  const end = [...text.matchAll(/<\/(?:think|thinking|thought|reasoning)>/gi)].at(-1);
  const rest = end ? text.slice(end.index + end[0].length) : text;
  return rest.trim() === "" ? text : rest;
}

/** Returns the text parsed as JSON, else the objects in it, preferring those after the reasoning. */
function objectsOf(text: string): unknown[] {
  const whole = parsed(text);
  if (whole !== undefined) return [whole];
  const rest = withoutReasoning(text);
  const found = objectsIn(rest);
  return found.length > 0 || rest === text ? found : objectsIn(text);
}

function objectsIn(text: string): unknown[] {
  const found: unknown[] = [];
  const start = /\{(?=\s*["}])/g;
  for (let tried = 0; tried < MAX_CANDIDATES; tried++) {
    const from = start.exec(text)?.index;
    if (from === undefined) break;
    const end = endOfObject(text, from);
    const value = end === undefined ? undefined : parsed(text.slice(from, end));
    if (value === undefined || end === undefined) continue;
    found.push(value);
    start.lastIndex = end;
  }
  return found;
}

/** Returns the index after the brace that closes the one at `from`; braces in strings do not count. */
function endOfObject(text: string, from: number): number | undefined {
  // An unterminated string matches to the end; failing instead would retry at each quote in quadratic time.
  const token = /[{}]|"(?:[^"\\]|\\.?)*(?:"|$)/gs;
  token.lastIndex = from;
  let depth = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    if (match[0] === "{") depth++;
    else if (match[0] === "}" && --depth === 0) return token.lastIndex;
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
