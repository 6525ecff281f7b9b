import { Command } from "commander";
import { restore } from "../backup/mod.ts";
import { loadConfig } from "../config.ts";
import { type CliContext, line } from "./context.ts";
import { withProgress } from "./progress.ts";
import { bytesText } from "./table.ts";

/** Creates `reelog restore DIR`. */
export function restoreCommand(context: CliContext): Command {
  return new Command("restore")
    .description("creates DATA_DIR from a backup; it must be missing or empty, and no server may be running on it")
    .argument("<dir>", "a directory that `reelog backup` created")
    .action(async (from: string) => {
      const { dataDir, blobStorage } = loadConfig(context.env);
      const { head, contents, bytes, madeAt } = await withProgress(
        { title: "Copying", output: context.stderr, unit: "contents" },
        (onProgress) => restore({ from, dataDir, blobStorage, onProgress }),
      );
      line(
        context.stdout,
        `Restored ${head.position} events and ${contents} contents (${bytesText(bytes)}) of ${madeAt} into ${dataDir}`,
      );
    });
}
