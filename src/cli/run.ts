import { Command, CommanderError } from "commander";
import { backupCommand } from "./backup.ts";
import { type CliContext, line, UsageError } from "./context.ts";
import { demoCommand } from "./demo/mod.ts";
import { eventsCommand } from "./events.ts";
import { importLegacyCommand } from "./import_legacy.ts";
import { keysCommand } from "./keys.ts";
import { originCommand } from "./origin.ts";
import { replayCommand } from "./replay.ts";
import { restoreCommand } from "./restore.ts";
import { statsCommand } from "./stats.ts";
import { streamsCommand } from "./streams.ts";
import { sweepCommand } from "./sweep.ts";
import { verifyCommand } from "./verify.ts";

/** The exit status: 0 done, 1 failed or different, 2 wrong usage. */
export type ExitStatus = 0 | 1 | 2;

/**
 * Runs one command of `reelog`.
 *
 * @param parameters the arguments after `bun run reelog`
 */
export async function run(parameters: readonly string[], context: CliContext): Promise<ExitStatus> {
  const program = new Command("reelog")
    .description("Works on the data directory of a Reelog server, DATA_DIR.")
    .helpCommand("help [command]", "shows what a command does")
    .addCommand(eventsCommand(context))
    .addCommand(streamsCommand(context))
    .addCommand(statsCommand(context))
    .addCommand(replayCommand(context))
    .addCommand(verifyCommand(context))
    .addCommand(backupCommand(context))
    .addCommand(restoreCommand(context))
    .addCommand(sweepCommand(context))
    .addCommand(importLegacyCommand(context))
    .addCommand(demoCommand(context))
    .addCommand(originCommand(context))
    .addCommand(keysCommand(context));
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });
  }
  try {
    await program.parseAsync([...parameters], { from: "user" });
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

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
