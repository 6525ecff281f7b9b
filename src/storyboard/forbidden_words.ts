import { tidy } from "./text.ts";

/** A compiled list of forbidden words and phrases. */
export interface ForbiddenWords {
  /** The terms in lower case. */
  readonly terms: readonly string[];
  /** Returns true when the text contains a term as whole words, in any case, with or without a plural s. */
  isIn(text: string): boolean;
  /** Removes the terms from the text and repairs punctuation and spaces. */
  removeFrom(text: string): string;
}

/**
 * The most passes of a removal. A removal can join the halves of another term; a text that still contains one after
 * this many passes was crafted, and is dropped whole.
 */
const MOST_ROUNDS = 8;
/** The most characters to search; longer texts are cut first. The longest text of a brief or scene has 5,000. */
const MAX_TEXT_LENGTH = 20_000;

/** A node of a trie of the words of all terms, so that a text is read once for any number of terms. */
interface Node {
  /** Keyed by the text between two words plus the second word. */
  readonly next: Map<string, Node>;
  isEnd: boolean;
  /** The signs after a term's last word, such as `%`. */
  readonly tails: Set<string>;
}

interface Word {
  /** Folded. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The text between the previous word and this one, with a space for each run of white space. */
  readonly gap: string;
}

/** Compiles the terms; a term without a letter or digit is ignored. */
export function forbiddenWords(terms: readonly string[]): ForbiddenWords {
  const root = newNode();
  for (const term of terms) plant(root, term);
  const hasTerms = root.next.size > 0;

  // A planner checks the same sentences for every scene and variant.
  const [isFound, results] = [new Map<string, boolean>(), new Map<string, string>()];

  function isIn(text: string): boolean {
    if (!hasTerms) return false;
    const found = isFound.get(text) ?? firstMatch(root, wordsOf(text), { text, from: 0 }) !== null;
    isFound.set(text, found);
    return found;
  }

  function removeFrom(text: string): string {
    if (!isIn(text)) return text;
    const result = results.get(text) ?? withoutTerms(text);
    results.set(text, result);
    return result;
  }

  function withoutTerms(text: string): string {
    let kept = text.slice(0, MAX_TEXT_LENGTH);
    for (let round = 0; isIn(kept); round++) {
      if (round === MOST_ROUNDS) return "";
      kept = tidied(cut(root, kept));
    }
    const first = /^\p{Ll}/u.test(kept) && /^\p{Lu}/u.test(text.trim()) ? kept.charAt(0).toUpperCase() : kept.charAt(0);
    return first + kept.slice(1);
  }

  return { terms, isIn, removeFrom };
}

function newNode(): Node {
  return { next: new Map(), isEnd: false, tails: new Set() };
}

function plant(root: Node, term: string): void {
  const words = wordsOf(term);
  const last = words.at(-1);
  if (last === undefined) return;
  let node = root;
  for (const { gap, text } of words.with(0, { ...(words[0] ?? last), gap: "" })) {
    const key = gap + text;
    const next = node.next.get(key) ?? newNode();
    node.next.set(key, next);
    node = next;
  }
  const tail = term.slice(last.end);
  if (tail === "") node.isEnd = true;
  else node.tails.add(tail);
}

/** Replaces each term with a space. */
function cut(root: Node, text: string): string {
  const words = wordsOf(text);
  const parts: string[] = [];
  let end = 0;
  for (let from = 0; ; ) {
    const match = firstMatch(root, words, { text, from });
    if (match === null) return parts.join("") + text.slice(end);
    parts.push(text.slice(end, match.start), " ");
    end = match.end;
    from = match.next;
  }
}

interface Match {
  readonly start: number;
  readonly end: number;
  /** The index of the first word after it. */
  readonly next: number;
}

function firstMatch(
  root: Node,
  words: readonly Word[],
  { text, from }: { readonly text: string; readonly from: number },
): Match | null {
  for (let first = from; first < words.length; first++) {
    const match = matchAt(root, words, { text, first });
    if (match !== null) return match;
  }
  return null;
}

function matchAt(
  root: Node,
  words: readonly Word[],
  { text, first }: { readonly text: string; readonly first: number },
): Match | null {
  const start = words[first]?.start ?? 0;
  let node: Node | undefined = root;
  for (let at = first; node !== undefined; at++) {
    const word = words[at];
    if (word === undefined) return null;
    const gap = at === first ? "" : word.gap;
    const whole: Node | undefined = node.next.get(gap + word.text);
    const tail = whole && tailAt(whole, { text, end: word.end });
    if (tail !== undefined) return { start, end: tail.end, next: tail.isInNext ? at + 2 : at + 1 };
    const isPlural = singulars(word.text).some((singular) => node?.next.get(gap + singular)?.isEnd);
    if (whole?.isEnd || isPlural) return { start, end: word.end, next: at + 1 };
    node = whole;
  }
  return null;
}

/** Returns the end of a term whose last word is followed by signs, such as `100%` or `100%s`. */
function tailAt({ tails }: Node, { text, end }: { readonly text: string; readonly end: number }) {
  for (const tail of tails) {
    if (!text.startsWith(tail, end)) continue;
    const after = end + tail.length;
    const plural = /^(?:e?s)?(?![\p{L}\p{N}])/iu.exec(text.slice(after, after + 4))?.[0];
    if (plural !== undefined) return { end: after + plural.length, isInNext: plural !== "" };
  }
  return undefined;
}

/** Returns the possible singulars of a word that ends in s or es. */
function singulars(word: string): string[] {
  if (!word.endsWith("s")) return [];
  return word.endsWith("es") ? [word.slice(0, -1), word.slice(0, -2)] : [word.slice(0, -1)];
}

function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let before = 0;
  for (const { 0: found, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    const gap = text.slice(before, index).replace(/\s+/gu, " ");
    before = index + found.length;
    words.push({ text: folded(found), start: index, end: before, gap });
  }
  return words;
}

/** Folds case, including the letter forms that `toLowerCase` keeps apart. */
function folded(word: string): string {
  return word.toLowerCase().replaceAll("ς", "σ").replaceAll("ſ", "s");
}

function tidied(text: string): string {
  const kept = tidy(text)
    .replace(/ ([,.;:!?…])/gu, "$1")
    .replace(/([,;:])(?=[,.;:!?])/gu, "")
    .replace(/\b(the|an?|and|or|of|with|our|your|is),\s*/giu, "$1 ")
    .replace(/^[\s,.;:!?–—-]+/u, "");
  return tidy(kept);
}
