/**
 * Texts that have made others slow, each as long as asked: for backtracking patterns, for segmenters, for whatever is
 * looked for at every word, and for JSON and HTML escapes.
 */
export const HOSTILE_TEXTS: Readonly<Record<string, (length: number) => string>> = {
  letters: (length) => `${"a".repeat(length - 1)}!`,
  "letters and a control character": (length) => `${"a".repeat(length - 1)}\u0000`,
  blanks: (length) => `${" ".repeat(length - 1)}a`,
  "blanks and a control character": (length) => `a${" ".repeat(length - 2)}\u0001`,
  "tabs and line breaks": (length) => repeated("\t\n", length),
  signs: (length) => `a${repeated("!?.,;:-", length - 2)}a`,
  dashes: (length) => repeated(" – ", length),
  commas: (length) => repeated("a,", length),
  "one word again and again": (length) => repeated("a ", length),
  "quoted words": (length) => quoted(length),
  "bans without an end": (length) => repeated(",no ", length),
  "bans on words": (length) => repeated(" never say a b", length),
  sentences: (length) => repeated("A b. ", length),
  digits: (length) => repeated("1 ", length),
  "combining marks": (length) => `e${"\u0301".repeat(length - 1)}`,
  "joined emoji": (length) => repeated("👩‍👩‍👧‍👦", length).toWellFormed(),
  "letters without spaces": (length) => repeated("今すぐ、", length),
  "letters that grow": (length) => repeated("ßİﬃﷺ", length),
  brackets: (length) => repeated("((a", length),
  escapes: (length) => repeated('"\\<&', length),
};

function repeated(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}

function quoted(length: number): string {
  let text = "";
  for (let index = 0; text.length < length; index++) text += `"${index.toString(36)}"`;
  return text.slice(0, length);
}
