import fc from "fast-check";
import { nastyString } from "./nasty.ts";
import { targetOf } from "./signed_links.ts";
import { escaped, type WrongTarget } from "./wrong_target.ts";

/** Times that are not the one that was signed. */
export function otherTime(): fc.Arbitrary<WrongTarget> {
  const moved = fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).filter((by) => by !== 0);
  const by = fc.oneof(fc.constantFrom(-1, 1, 3_600, -3_600, 86_400), moved);
  const shifted = by.map((seconds) => timed(`${seconds} s later`, (expires) => String(Number(expires) + seconds)));
  const respelled = fc.constantFrom(...TIMES).map(([name, change]) => timed(name, change));
  const foreign = nastyString().map((text) => timed("a text for a time", () => escaped(text)));
  return fc.oneof(shifted, respelled, foreign);
}

const TIMES: readonly (readonly [string, (expires: string) => string])[] = [
  ["with a leading zero", (text) => `0${text}`],
  ["with a sign", (text) => `%2B${text}`],
  ["negative", (text) => `-${text}`],
  ["with a fraction", (text) => `${text}.0`],
  ["with an exponent", (text) => `${text}e0`],
  ["in hexadecimal", (text) => `0x${Number(text).toString(16)}`],
  ["in Arabic digits", (text) => escaped(text.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))))],
  ["after a blank", (text) => `%20${text}`],
  ["before a line end", (text) => `${text}%0A`],
  ["in milliseconds", (text) => `${text}000`],
  ["of none", () => ""],
  ["never", () => "Infinity"],
  ["as far as a number goes", () => "9".repeat(400)],
];

function timed(name: string, change: (expires: string) => string): WrongTarget {
  return { name: `a time ${name}`, target: (link) => targetOf({ ...link, expires: change(link.expires) }) };
}
