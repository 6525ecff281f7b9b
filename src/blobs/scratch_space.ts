import { chmod, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ScratchFile } from "./blob_store.ts";

/** A directory of temporary files, with a record of those in use by this process. */
export class ScratchSpace {
  readonly directory: string;
  readonly #inUse = new Set<string>();

  /** @param directory created by {@linkcode create}, which a reader of contents leaves out */
  constructor(directory: string) {
    this.directory = directory;
  }

  /** Creates the directory (mode 0700) where it is missing. */
  async create(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    await chmod(this.directory, 0o700);
  }

  /** Reserves a new path. */
  reserve(extension = ""): ScratchFile {
    const name = `${crypto.randomUUID()}${extension}`;
    const path = join(this.directory, name);
    this.#inUse.add(name);
    const release = async () => {
      await rm(path, { force: true, recursive: true });
      this.#inUse.delete(name);
    };
    return { path, release, [Symbol.asyncDispose]: release };
  }

  /** Removes files that are not in use and were last changed before the given time; returns their number. */
  async clean({ writtenBefore = Number.POSITIVE_INFINITY }: { writtenBefore?: number | undefined }): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.directory)) {
      if (this.#inUse.has(name)) continue;
      const path = join(this.directory, name);
      const info = await stat(path).catch(() => null);
      if (info === null || info.mtimeMs >= writtenBefore) continue;
      await rm(path, { force: true, recursive: true });
      removed++;
    }
    return removed;
  }
}
