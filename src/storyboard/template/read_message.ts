import { lowerFirst } from "../../core/lower_first.ts";
import { tidy } from "../text.ts";
import { capital, type ProductName } from "./read_product.ts";

const LEADS =
  /^(?:(?:we|i)\s+want\s+(?:people|them|everyone|customers|viewers)\s+to\s+(?:know|feel|understand|believe)\s+(?:that\s+)?|(?:show|communicate|convey|explain|say|stress|tell (?:people|them|everyone))\s+(?:that|how)\s+|(?:emphasi[sz]e|highlight)\s+(?:that\s+|the\s+)?|(?:the|our)\s+(?:key|main|core)\s+message\s*(?:is|:)\s*(?:that\s+)?|key message\s*:\s*|that\s+)/iu;
const VERBS =
  /^(?:keeps|helps|makes|saves|gives|lets|works|turns|brings|cleans|lasts|protects|tracks|reduces|improves|boosts|offers|delivers|provides|combines|fits|stays|charges|connects|learns|cuts|cares|tastes|feels|looks|smells|removes|restores|supports|transforms|simplifies|automates|eliminates|comes|uses|costs|takes|runs|filters|heats|cools|hydrates|replaces|organi[sz]es|gets|does|has|is|can|will)\b/iu;
const ENDED = /[.!?…。！？؟।]["”’»)]?$|\p{Extended_Pictographic}\uFE0F?$/u;
const FACT =
  /\b\d[\d.,]*(?:\s?%(?=\s(?:less|more|faster|lighter|off|free|of)\b)|[- ]?(?:hours?|days?|minutes?|seconds?|weeks?|months?|years?|grams?|kilos?|kg|km|kilometres?|kilometers?|miles?|calories|languages|countries|ingredients|percent|x|times|degrees|litres?|liters?|steps?|lessons?)\b)(?:\s(?:less|more|faster|lighter|off|free|guarantee|warranty))?/iu;

/** Splits the key message into sentences that can be spoken separately. */
export function readMessage(text: string, product: ProductName): string[] {
  return [...new Set(sentences(tidy(text).replace(LEADS, "")))].map((sentence) => {
    if (!VERBS.test(sentence)) return ended(capital(sentence));
    return ended(product.plural ? capital(sentence) : `It ${lowerFirst(sentence)}`);
  });
}

/** Returns the call to action as a sentence; an address keeps its case. */
export function readAction(text: string): string {
  if (text === "") return "";
  return ended(/^\S*[./@]\S/u.test(text) ? text : capital(text));
}

/** Splits a text in any script into sentences. */
export function sentences(text: string): string[] {
  const parts = [...new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(text.slice(0, 5000))];
  return parts.map(({ segment }) => segment.trim()).filter((segment) => /[\p{L}\p{N}]/u.test(segment));
}

/** Ends the sentence with a full stop of its script unless it has an end. */
export function ended(sentence: string): string {
  if (ENDED.test(sentence)) return sentence;
  const open = sentence.replace(/[\s,;:–—،؛、，；-]+$/u, "");
  return open + (/[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]$/u.test(open) ? "。" : ".");
}

/** Finds a number with its unit, such as "24 hours": the only claim of a message that may be repeated as proof. */
export function factIn(text: string): string | undefined {
  return FACT.exec(text)?.[0];
}
