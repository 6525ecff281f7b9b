import { chmodSync, copyFileSync, readdirSync, statSync } from "node:fs";
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
    copyFile(join(from, entry.name), join(to, entry.name));
  }
}

/** Copies a file. Its owner may write to the copy, even if the file is read-only. */
export function copyFile(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, statSync(to).mode | 0o600);
}
