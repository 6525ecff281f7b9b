import { cleanName } from "../assets/schema.ts";
import { textOf } from "./values.ts";

/** One line of text as names are here: without control characters and direction overrides, and cut; null for none. */
export function lineOf(value: unknown): string | null {
  const text = textOf(value);
  return text === null ? null : cleanName(text);
}
