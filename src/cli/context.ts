/** Where a command writes; `isTTY` when a person looks on. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
  /** True while it holds more than its reader has taken. */
  readonly writableNeedDrain?: boolean;
  once?(event: "drain", listener: () => void): unknown;
}

/** What a command gets from outside. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results. */
  readonly stdout: Output;
  /** Progress and complaints. */
  readonly stderr: Output;
}

/** A wrong use of a command: exit status 2. */
export class UsageError extends Error {}

/** A command has done its work and found what should not be: exit status 1. */
export class FoundWrong extends Error {}

/** Writes one line. */
export function line(output: Output, text: string): void {
  output.write(`${text}\n`);
}

/** Waits until the reader has taken what was written, so that long output does not pile up in memory. */
export async function drained(output: Output): Promise<void> {
  if (!output.writableNeedDrain) return;
  await new Promise<void>((resolve) => {
    if (output.once) output.once("drain", resolve);
    else resolve();
  });
}
