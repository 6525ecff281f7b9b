const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  array: "a list",
  object: "an object",
  number: "a number",
  boolean: "true or false",
};

const RULES: readonly (readonly [RegExp, (bound: string) => string])[] = [
  [/^Expected (string|array|object|number|boolean)$/, (kind) => `Must be ${KINDS[kind]}`],
  [
    /^Expected string length greater or equal to (\d+)$/,
    (least) => (least === "1" ? "Must not be empty" : atLeast(least, "character")),
  ],
  [/^Expected string length less or equal to (\d+)$/, (most) => `Must have at most ${counted(most, "character")}`],
  [
    /^Expected array length to be greater or equal to (\d+)$/,
    (least) => (least === "1" ? "Must not be empty" : atLeast(least, "entry")),
  ],
  [/^Expected array length to be less or equal to (\d+)$/, (most) => `Must have at most ${counted(most, "entry")}`],
  [/^Expected array elements to be (unique)$/, () => "Must not have the same entry twice"],
  [/^Expected number to be greater or equal to (.+)$/, (least) => `Must be at least ${least}`],
  [/^Expected number to be less or equal to (.+)$/, (most) => `Must be at most ${most}`],
];

/** What a schema's library says of a wrong value, as a person would say it; what it may say else, as it is. */
export function humanizeValidation(message: string): string {
  for (const [pattern, say] of RULES) {
    const [, bound] = pattern.exec(message) ?? [];
    if (bound !== undefined) return say(bound);
  }
  return message;
}

function atLeast(least: string, thing: "character" | "entry"): string {
  return `Must have at least ${counted(least, thing)}`;
}

function counted(count: string, thing: "character" | "entry"): string {
  if (count === "1") return `1 ${thing}`;
  return `${count} ${thing === "entry" ? "entries" : "characters"}`;
}
