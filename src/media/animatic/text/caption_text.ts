import type { SpokenWord } from "../spec.ts";
import { breakText } from "./break_text.ts";
import { pagesOf } from "./caption_pages.ts";
import { fitText, type TextBlock, type TextRoom } from "./fit_text.ts";
import { directionOf } from "./text_direction.ts";
import type { Typography } from "./typography.ts";

/** A word with its time, in frames of the scene. */
export interface TimedWord {
  text: string;
  from: number;
  to: number;
}

/** A part of a caption that is shown at once, in frames of the scene. */
export interface TimedText {
  block: TextBlock;
  from: number;
  to: number;
  /** The words that light up one after the other; empty for a plain caption. */
  words: readonly TimedWord[];
}

/** The text of a scene's caption. */
export interface CaptionText {
  text: string;
  /** The spoken words in order; empty if nothing is spoken. */
  words: readonly TimedWord[];
  /** The frames in which the caption may be shown. */
  span: { from: number; to: number };
  /** The maximum of pages: each must be shown long enough to be read. */
  pages: number;
  /** True to show a few words at a time. */
  byWords: boolean;
}

/** The most words that are shown at once, and the fewest unless a sentence has fewer. */
const GROUP = { most: 5, least: 3 } as const;
/** Frames in which a group of words stays after its last word. */
const STAY = 12;
/** The share of a scene in which a text without times is read. */
const READ = 0.94;

/** Returns the words of a spec as times in a scene that starts at a frame. */
export function wordsInScene(
  spoken: readonly SpokenWord[],
  { start, frames, fps }: { start: number; frames: number; fps: number },
): TimedWord[] {
  const within = spoken.filter((word) => word.start * fps >= start - 0.5 && word.start * fps < start + frames);
  return within.map(({ text, start: begin, end }) => ({ text, from: begin * fps - start, to: end * fps - start }));
}

/** Sets a caption in pages for a room, each with its time. */
export function setCaption(caption: CaptionText, typography: Typography, room: TextRoom): TimedText[] {
  const direction = directionOf(caption.text, typography.language);
  const fit = (text: string): TextBlock => fitText(text, typography, { ...room, direction });
  if (!caption.byWords) {
    const pages = pagesOf(caption.text, typography, room, caption.pages);
    const starts = pageStarts(pages, caption);
    return pages.map((page, index) => ({
      block: fit(page),
      from: starts[index] ?? caption.span.from,
      to: starts[index + 1] ?? caption.span.to,
      words: [],
    }));
  }
  const words = caption.words.length > 0 ? caption.words : estimated(caption, typography.language);
  const groups = groupsOf(words);
  return groups.map((group, index) => {
    const next = groups[index + 1]?.[0]?.from ?? caption.span.to;
    const from = Math.max(caption.span.from, group[0]?.from ?? 0);
    const last = group.at(-1)?.to ?? from;
    return {
      block: fit(joined(group, caption.text)),
      from,
      to: Math.min(next, caption.span.to, last + STAY),
      words: group,
    };
  });
}

/** Returns the first frame of each page: when its first word is spoken, else in proportion to the letters. */
function pageStarts(pages: readonly string[], { words, span }: CaptionText): number[] {
  const total = pages.join("").length;
  const spoken = words.reduce((sum, { text }) => sum + text.length, 0);
  let letters = 0;
  return pages.map((page, index) => {
    const share = letters / Math.max(1, total);
    letters += page.length;
    if (index === 0) return span.from;
    let passed = 0;
    const word = words.find(({ text }) => {
      passed += text.length;
      return passed > share * spoken;
    });
    return word ? word.from : span.from + share * (span.to - span.from);
  });
}

/** Returns the words of a text without a voice, each for a time in proportion to its letters. */
function estimated({ text, span }: CaptionText, language: string | null): TimedWord[] {
  const texts = breakText(text, language).map((word) => word.trim());
  const total = texts.reduce((sum, word) => sum + word.length + 2, 0);
  const scale = ((span.to - span.from) * READ) / Math.max(1, total);
  let at = span.from;
  return texts.map((word) => {
    const from = at;
    at += (word.length + 2) * scale;
    return { text: word, from, to: at };
  });
}

/** Joins words with a space, or without one where the text has none between them, as in Japanese. */
function joined(words: readonly TimedWord[], text: string): string {
  return words.reduce((line, word) => {
    if (line === "") return word.text;
    return `${line}${text.includes(line + word.text) ? "" : " "}${word.text}`;
  }, "");
}

/** Divides words into groups of about the same size, which end with their sentence. */
function groupsOf(words: readonly TimedWord[]): TimedWord[][] {
  const sentences: TimedWord[][] = [[]];
  for (const [index, word] of words.entries()) {
    sentences.at(-1)?.push(word);
    if (/[.!?…。！？।]["”’»)]?$/u.test(word.text) && index < words.length - 1) sentences.push([]);
  }
  return sentences.flatMap((sentence) => {
    const count = Math.ceil(sentence.length / GROUP.most);
    const groups: TimedWord[][] = [];
    for (let left = [...sentence]; left.length > 0; ) {
      const even = Math.ceil(left.length / Math.max(1, count - groups.length));
      const clause = left.slice(GROUP.least - 1, even).findIndex(({ text }) => /[,;:–—،、]$/u.test(text));
      const rest = left.length - (clause + GROUP.least);
      const size = clause >= 0 && rest >= GROUP.least ? clause + GROUP.least : even;
      groups.push(left.slice(0, Math.min(size, GROUP.most)));
      left = left.slice(Math.min(size, GROUP.most));
    }
    return groups;
  });
}
