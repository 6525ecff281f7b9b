import { cleanName } from "../assets/mod.ts";
import { textOf } from "./values.ts";

/** Returns text as a valid name: one line, without control characters and direction overrides, and cut; null for none. */
export function lineOf(value: unknown): string | null {
  const text = textOf(value);
  return text === null ? null : cleanName(text);
}
