import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import catalog from "./font_catalog.json" with { type: "json" };

/** A part of a family: one file, and the code points that it may cover. */
export interface FontFile {
  readonly path: string;
  readonly ranges: readonly (readonly [number, number])[];
}

const EMOJI = "@expo-google-fonts/noto-color-emoji/400Regular/NotoColorEmoji_400Regular.ttf";

/** The order of the Han forms by the first preference. */
const HAN_ORDER = {
  Jpan: ["Jpan", "Hans", "Hant", "Kore"],
  Hans: ["Hans", "Hant", "Jpan", "Kore"],
  Hant: ["Hant", "Hans", "Jpan", "Kore"],
  Kore: ["Kore", "Jpan", "Hans", "Hant"],
} as const;

/** A set of regional forms of Chinese characters, as an ISO 15924 code. */
export type HanForms = keyof typeof HAN_ORDER;

/**
 * Returns the forms of Chinese characters that a text is written with: those of its language, else those of the
 * language whose own letters it has.
 */
export function hanForms(text: string, language: string | null): HanForms {
  const [tag = "", ...rest] = (language ?? "").toLowerCase().split("-");
  if (tag === "ja") return "Jpan";
  if (tag === "ko") return "Kore";
  if (tag === "zh" || tag === "yue") {
    return rest.some((part) => ["hant", "tw", "hk", "mo"].includes(part)) ? "Hant" : "Hans";
  }
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "Jpan";
  return /\p{Script=Hangul}/u.test(text) ? "Kore" : "Hans";
}

/** Finds the installed file for a code point that Inter lacks; null if no installed font has it. */
export function fileFor(codePoint: number, forms: HanForms): FontFile | null {
  const small = catalog.scripts.flatMap(({ package: name, subset }) => filesOf(name, subset));
  const find = (files: readonly FontFile[]): FontFile | undefined =>
    files.find(({ ranges }) => ranges.some(([start, end]) => codePoint >= start && codePoint <= end));
  const found = find(small);
  if (found) return found;
  for (const name of HAN_ORDER[forms]) {
    const file = find(filesOf(catalog.han[name], null));
    if (file) return file;
  }
  return null;
}

/** Returns the path of the emoji font; null if it is not installed. */
export function emojiFile(): string | null {
  return installed(EMOJI);
}

/** Returns the package that is not installed and has a font for a character; null if there is no such package. */
export function missingPackage(character: string): string | null {
  const name = packageFor(character);
  return name === null || installed(`${name}/package.json`) !== null ? null : name;
}

function packageFor(character: string): string | null {
  if (/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(character)) return "@expo-google-fonts/noto-color-emoji";
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character)) return catalog.han.Jpan;
  if (/\p{Script=Hangul}/u.test(character)) return catalog.han.Kore;
  const script = catalog.scripts.find(({ script }) => new RegExp(`\\p{Script=${script}}`, "u").test(character));
  return script?.package ?? null;
}

const known = new Map<string, readonly FontFile[]>();

/**
 * Returns the files of a package of variable WOFF2 fonts, from its `unicode.json`; none if it is not installed.
 *
 * @param subset the name of the one subset to use; null for the numbered ones, in which the Chinese, Japanese and
 *   Korean fonts are split
 */
function filesOf(name: string, subset: string | null): readonly FontFile[] {
  const read = known.get(name);
  if (read) return read;
  const index = installed(`${name}/unicode.json`);
  const files: FontFile[] = [];
  const ranges: unknown = index === null ? {} : JSON.parse(readFileSync(index, "utf8"));
  for (const [key, value] of Object.entries(ranges ?? {})) {
    const isWanted = subset === null ? /^\[\d+\]$/.test(key) : key === subset;
    if (!isWanted || typeof value !== "string") continue;
    const file = `${name.slice(name.indexOf("/") + 1)}-${key.replace(/[[\]]/g, "")}-wght-normal.woff2`;
    const path = installed(`${name}/files/${file}`);
    if (path !== null) files.push({ path, ranges: unicodeRanges(value) });
  }
  known.set(name, files);
  return files;
}

/** Reads the value of a CSS `unicode-range` without wildcards: `U+26,U+0-7F`. */
function unicodeRanges(value: string): [number, number][] {
  return value.split(",").map((part) => {
    const [start = "", end = start] = part.trim().replace(/^U\+/i, "").split("-");
    return [Number.parseInt(start, 16), Number.parseInt(end, 16)];
  });
}

function installed(specifier: string): string | null {
  try {
    return fileURLToPath(import.meta.resolve(specifier));
  } catch {
    return null;
  }
}
