import { CommanderError } from "commander";
import { type CliContext, line, UsageError } from "./context.ts";
import { createProgram } from "./program.ts";

/** The exit status: 0 done, 1 failed or different, 2 wrong usage. */
export type ExitStatus = 0 | 1 | 2;

/**
 * Runs one command of `reelog`.
 *
 * @param parameters the arguments after `bun run reelog`
 */
export async function run(parameters: readonly string[], context: CliContext): Promise<ExitStatus> {
  try {
    await createProgram(context).parseAsync([...parameters], { from: "user" });
    return 0;
  } catch (error) {
    // Commander has already printed the error or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    line(context.stderr, sentenceOf(error, parameters));
    return error instanceof UsageError ? 2 : 1;
  }
}

/** Returns the message of an error, prefixed with the command when the message lacks context, as SQLite's do. */
function sentenceOf(error: unknown, [command = "do this"]: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith("Cannot ") ? message : `Cannot ${command}: ${message}`;
}
