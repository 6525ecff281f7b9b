/** A stream that a command writes to; `isTTY` for a terminal. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  /** The width of the terminal, in characters. */
  readonly columns?: number | undefined;
  write(text: string): unknown;
  /** True while its buffer is full. */
  readonly writableNeedDrain?: boolean;
  once?(event: "drain", listener: () => void): unknown;
}

/** The environment and the streams of a command. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results. */
  readonly stdout: Output;
  /** Progress and errors. */
  readonly stderr: Output;
}

/** An invalid use of a command: exit status 2. */
export class UsageError extends Error {}

/** A problem that a command found in the data: exit status 1. */
export class FoundWrong extends Error {}

/** Writes one line. */
export function line(output: Output, text: string): void {
  output.write(`${text}\n`);
}

/** The option that every command has. */
export interface JsonOption {
  readonly json?: true;
}

/** A result in two forms. */
export interface Result extends JsonOption {
  /** One object for programs. */
  readonly result: object;
  /** Lines for a person. */
  readonly lines: readonly string[];
}

/** Prints the result of a command, as an object with `--json`. */
export function showResult({ stdout }: CliContext, { json, result, lines }: Result): void {
  for (const text of json ? [JSON.stringify(result)] : lines) line(stdout, text);
}

/** Waits until the buffer is empty, so that long output does not accumulate in memory. */
export async function drained(output: Output): Promise<void> {
  if (!output.writableNeedDrain) return;
  await new Promise<void>((resolve) => {
    if (output.once) output.once("drain", resolve);
    else resolve();
  });
}
