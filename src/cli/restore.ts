import { resolve } from "node:path";
import { Command } from "commander";
import { restore } from "../backup/mod.ts";
import { loadConfig } from "../config.ts";
import { type CliContext, type JsonOption, showResult } from "./context.ts";
import { withProgress } from "./progress.ts";
import { bytesText } from "./table.ts";

/** Creates `reelog restore DIR`. */
export function restoreCommand(context: CliContext): Command {
  return new Command("restore")
    .description("creates DATA_DIR from a backup; it must be missing or empty, and no server may be running on it")
    .argument("<dir>", "a directory that `reelog backup` created")
    .action(async (from: string, { json }: JsonOption) => {
      const { dataDir, blobStorage } = loadConfig(context.env);
      const { head, contents, bytes, madeAt } = await withProgress(
        { title: "Copying", output: context.stderr, unit: "contents" },
        (onProgress) => restore({ from, dataDir, blobStorage, onProgress }),
      );
      const counts = `${head.position} events and ${contents} contents (${bytesText(bytes)})`;
      showResult(context, {
        json,
        result: { dataDir: resolve(dataDir), head, contents, bytes, madeAt },
        lines: [`Restored ${counts} of ${madeAt} into ${dataDir}`],
      });
    });
}
