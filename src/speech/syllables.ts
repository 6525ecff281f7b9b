/** The spoken size of a text: the unit of time estimates. */
export interface SpokenSize {
  readonly words: number;
  readonly syllables: number;
}

/** Syllables of signs that are read out, wherever they stand in a word. */
const SIGNS: Readonly<Record<string, number>> = { "%": 2, $: 2, "€": 2, "£": 1, "¥": 1, "&": 1, "@": 1, "+": 1 };
/** Syllables of the English numbers below 20, of the tens, and of hundred, thousand and million. */
const ONES = [2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 2, 2, 2, 2, 3, 2, 2];
const TENS = [0, 0, 2, 2, 2, 2, 2, 3, 2, 2];
const SCALE = 2;
/** Syllables of abbreviations that are read as a word. */
const ABBREVIATIONS: ReadonlyMap<string, number> = new Map(
  Object.entries({ dr: 2, mr: 2, mrs: 2, ms: 1, st: 1, vs: 2, inc: 4, ltd: 3, etc: 4, approx: 5, min: 2, incl: 3 }),
);
const PARTS = /\p{N}[\p{N}.,:]*\p{N}|\p{N}|[\p{L}\p{M}'’]+|[%$€£¥&@+]|(?<=[\p{L}\p{N}])[./](?=[\p{L}\p{N}])/gu;

/** Returns true for an abbreviation with its full stop, which ends no sentence. */
export function isAbbreviation(token: string): boolean {
  return token.endsWith(".") && ABBREVIATIONS.has(token.slice(0, -1).toLowerCase());
}

/** Counts the words and syllables of a token as they are spoken: numbers and signs are read out. */
export function spokenSize(token: string, isEnglish: boolean): SpokenSize {
  const parts = token.match(PARTS) ?? [];
  const isCode = parts.length > 1 && /\p{N}\p{L}|\p{L}\p{N}/u.test(token);
  const sizes = parts.map((part) => {
    if (/^\p{N}/u.test(part)) return numberSize(part, parts.length);
    if (/^\p{L}/u.test(part)) return { words: 1, syllables: wordSyllables(part, isEnglish, isCode) };
    return { words: 1, syllables: SIGNS[part] ?? 1 };
  });
  return sizes.reduce(add, { words: 0, syllables: 0 });
}

function add(one: SpokenSize, other: SpokenSize): SpokenSize {
  return { words: one.words + other.words, syllables: one.syllables + other.syllables };
}

/** Digits of a phone number or after a point are read one by one, and four digits as a year in two pairs. */
function numberSize(text: string, parts: number): SpokenSize {
  const groups = text.replace(/,(?=\p{N}{3})/gu, "").match(/\p{N}+/gu) ?? [];
  return groups
    .map((digits, index) => {
      const value = Number(digits.normalize("NFKC"));
      const isSpelled = digits.length > 9 || (digits.length > 1 && digits.startsWith("0")) || !Number.isFinite(value);
      const point = index > 0 ? 1 : 0;
      if (isSpelled || (parts > 2 && digits.length >= 3 && text.length < 5))
        return { words: digits.length + point, syllables: digits.length * 1.2 + point };
      return add(cardinal(value), { words: point, syllables: point });
    })
    .reduce(add, { words: 0, syllables: 0 });
}

function cardinal(value: number): SpokenSize {
  if (value >= 1_000_000) return scaled(value, 1_000_000);
  if (value >= 1100 && value < 2000 && value % 1000 !== 0) {
    return add(cardinal(Math.floor(value / 100)), cardinal(value % 100));
  }
  if (value >= 1000) return scaled(value, 1000);
  if (value >= 100) return scaled(value, 100);
  if (value < 20) return { words: 1, syllables: ONES[value] ?? 1 };
  const ten = { words: 1, syllables: TENS[Math.floor(value / 10)] ?? 2 };
  return value % 10 === 0 ? ten : add(ten, cardinal(value % 10));
}

function scaled(value: number, scale: number): SpokenSize {
  const head = add(cardinal(Math.floor(value / scale)), { words: 1, syllables: SCALE });
  return value % scale === 0 ? head : add(head, cardinal(value % scale));
}

function wordSyllables(word: string, isEnglish: boolean, isCode: boolean): number {
  const letters = word.normalize("NFD").replace(/\p{M}/gu, "");
  if (/^www$/iu.test(letters)) return 9;
  const known = ABBREVIATIONS.get(word.toLowerCase());
  if (known !== undefined && isEnglish) return known;
  if (/^[A-Z]+$/u.test(letters) && (isCode || !/[AEIOUY]/u.test(letters) || letters.length < 4) && letters.length > 1)
    return letters.length + 2 * (letters.match(/W/gu)?.length ?? 0);
  if (/\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic}/u.test(word)) return vowelGroups(letters, isEnglish);
  if (/[\p{Script=Han}\p{Script=Hangul}]/u.test(word)) return word.match(/[\p{L}]/gu)?.length ?? 1;
  // A kana is a mora, which is shorter than a syllable.
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word)) return (word.match(/\p{L}|ー/gu)?.length ?? 1) * 0.75;
  const consonants = word.match(/\p{L}/gu)?.length ?? 1;
  // Short vowels are not written.
  if (/[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(word)) return Math.max(1, consonants * 0.55);
  if (/[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u.test(word)) return Math.max(1, consonants * 0.45);
  // Indic scripts: a letter is a syllable unless the next one is joined to it.
  const joined = word.match(/[\u094d\u09cd\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d]/gu)?.length ?? 0;
  return Math.max(1, (consonants - joined) * 0.8);
}

const VOWELS = /[aeiouyæœøаеёиоуыэюяєіїαεηιουω]+/giu;

function vowelGroups(word: string, isEnglish: boolean): number {
  const lower = word.toLowerCase().replace(/['’]/gu, "");
  const spoken = isEnglish
    ? lower.replace(/(?<=[a-z]{2})(?:(?<![lr])e|(?<![td])ed|(?<=[^sxzcgh])es)$|(?<=[aeiouy][lr])e$/u, "")
    : lower;
  const groups = spoken.match(VOWELS) ?? [];
  const split = isEnglish ? (spoken.match(/i[aou](?!u?s?$)|[aeiou]ing|ua|io$/gu)?.length ?? 0) * 0.5 : 0;
  return Math.max(1, groups.length + split);
}
