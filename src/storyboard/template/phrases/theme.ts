/** What is true of a field of life, in words that make no claim about any product. */
export interface Theme {
  readonly name: string;
  /** Tested against the brief's texts in lower case. */
  readonly words: RegExp;
  /** First lines, at most nine words: a four-second scene holds nine. */
  readonly hooks: readonly string[];
  /** What is annoying, as the audience would tell it. */
  readonly tensions: readonly string[];
  /** What they would like instead. */
  readonly turns: readonly string[];
  /** What doing it feels like. */
  readonly uses: readonly string[];
  /** Pictures for the problem. */
  readonly moments: readonly string[];
  /** Pictures for the good life. */
  readonly settings: readonly string[];
}
