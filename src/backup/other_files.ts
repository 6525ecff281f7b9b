import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Copies the small files of a data directory, such as its signing secret: no databases, locks, manifests or disk reserve. */
export function copyFiles(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (
      !entry.isFile() ||
      entry.name === "reserve" ||
      /\.(db|lock|partial|unfinished|json)(-wal|-shm|-journal)?$/.test(entry.name)
    )
      continue;
    copyFileSync(join(from, entry.name), join(to, entry.name));
  }
}
