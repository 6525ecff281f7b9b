/** Returns a sentence with a lower-case first letter, to continue another one. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
