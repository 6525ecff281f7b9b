import { Command } from "commander";
import { VERSION } from "../version.ts";
import { backupCommand } from "./backup.ts";
import { completionCommand } from "./completion.ts";
import type { CliContext } from "./context.ts";
import { demoCommand } from "./demo/mod.ts";
import { doctorCommand } from "./doctor.ts";
import { eventsCommand } from "./events.ts";
import { importLegacyCommand } from "./import_legacy.ts";
import { keysCommand } from "./keys.ts";
import { originCommand } from "./origin.ts";
import { replayCommand } from "./replay.ts";
import { restoreCommand } from "./restore.ts";
import { statsCommand } from "./stats.ts";
import { statusCommand } from "./status.ts";
import { streamsCommand } from "./streams.ts";
import { sweepCommand } from "./sweep.ts";
import { verifyCommand } from "./verify.ts";

/** The examples in the help of each command. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  status: ["reelog status", "reelog status --json"],
  doctor: ["reelog doctor"],
  events: [
    "reelog events --last 20",
    "reelog events --follow --type AssetFailed --type JobFailed",
    "reelog events --after 2026-11-22T10:00:00Z --json",
  ],
  streams: ["reelog streams --kind job --limit 10"],
  stats: ["reelog stats --no-timing"],
  replay: ["reelog replay", "reelog replay --verify", "reelog replay --until 120 --into as-of-120.db"],
  verify: ["reelog verify", "reelog verify --only chain --only blobs"],
  backup: ["reelog backup /backups/monday"],
  restore: ["DATA_DIR=/srv/reelog reelog restore /backups/monday"],
  sweep: ["reelog sweep"],
  "import-legacy": ["reelog import-legacy old.db --dry-run", "reelog import-legacy old.db --owner local"],
  demo: ["reelog demo --out ad.mp4", "reelog demo --stay"],
  origin: ["reelog origin --port 8101"],
  completion: ["source <(reelog completion bash)", "reelog completion fish > ~/.config/fish/completions/reelog.fish"],
  "keys create": ["reelog keys create --owner studio --expires 90d", "reelog keys create --owner ops --scope admin"],
  "keys list": ["reelog keys list", "reelog keys list --json"],
  "keys revoke": ["reelog keys revoke 0192f3c4-5a6b-7c8d-9e0f-1a2b3c4d5e6f"],
};

/** Creates the command tree of `reelog`. */
export function createProgram(context: CliContext): Command {
  const program = new Command("reelog")
    .description("Works on the data directory of a Reelog server, DATA_DIR.")
    .version(`reelog ${VERSION}`, "--version", "prints the version")
    .helpCommand("help [command]", "shows what a command does")
    .addHelpText("after", "\nRun it as `bun run reelog <command>`, or as `reelog <command>` after `bun link`.");
  const commands = [
    statusCommand(context),
    doctorCommand(context),
    eventsCommand(context),
    streamsCommand(context),
    statsCommand(context),
    replayCommand(context),
    verifyCommand(context),
    backupCommand(context),
    restoreCommand(context),
    sweepCommand(context),
    importLegacyCommand(context),
    demoCommand(context),
    originCommand(context),
    keysCommand(context),
    completionCommand(context, () => program),
  ];
  for (const command of commands) program.addCommand(command);
  for (const [path, command] of withPaths(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns ?? 80,
    });
    if (command.commands.length > 0) continue;
    if (!command.options.some(({ long }) => long === "--json")) {
      command.option("--json", "one object, in JSON, for programs");
    }
    const examples = EXAMPLES[path] ?? [];
    command.addHelpText("after", ["", "Examples:", ...examples.map((example) => `  ${example}`)].join("\n"));
  }
  return program;
}

/** Lists a command and those below it, with the words that lead to each. */
export function withPaths(command: Command, path = ""): [path: string, command: Command][] {
  return [[path, command], ...command.commands.flatMap((child) => withPaths(child, `${path} ${child.name()}`.trim()))];
}
