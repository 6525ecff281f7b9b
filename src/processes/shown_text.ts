const MAX_LENGTH = 500;

/**
 * Returns a text of a process for people: one line of at most 500 characters, without control and direction characters.
 */
export function shownText(text: string): string {
  return text
    .slice(0, MAX_LENGTH)
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, " ")
    .trim();
}
