import { resolve } from "node:path";
import { Command } from "commander";
import { backup } from "../backup/mod.ts";
import { loadConfig } from "../config.ts";
import { type CliContext, type JsonOption, showResult } from "./context.ts";
import { withProgress } from "./progress.ts";
import { bytesText } from "./table.ts";

/** Creates `reelog backup DIR`, which works while a server runs. */
export function backupCommand(context: CliContext): Command {
  return new Command("backup")
    .description("copies the log and the stored bytes as of one moment into a new directory, also while a server runs")
    .argument("<dir>", "a directory that is missing or empty")
    .action(async (to: string, { json }: JsonOption) => {
      const { dataDir, blobStorage } = loadConfig(context.env);
      const { head, contents, bytes } = await withProgress(
        { title: "Copying", output: context.stderr, unit: "contents" },
        (onProgress) => backup({ dataDir, to, blobStorage, onProgress }),
      );
      const counts = `${head.position} events and ${contents} contents (${bytesText(bytes)})`;
      showResult(context, {
        json,
        result: { to: resolve(to), head, contents, bytes },
        lines: [`Backed up ${counts} to ${to}; head ${head.position}:${head.hash}`],
      });
    });
}
