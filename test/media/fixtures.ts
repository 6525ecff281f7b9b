import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The path of one of the small real files. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/media/${name}`, import.meta.url));
}

/** A temporary folder with hostile files in it, gone when its scope ends. */
export async function workshop() {
  const folder = await mkdtemp(join(tmpdir(), "reelog-media-"));
  return {
    folder,
    /** A path in the folder. */
    at: (name: string) => join(folder, name),
    /** Writes a file of these parts, and answers its path. */
    async file(name: string, ...parts: (string | Uint8Array<ArrayBuffer>)[]): Promise<string> {
      await Bun.write(join(folder, name), new Blob(parts));
      return join(folder, name);
    },
    /** The first part of a fixture, as a broken connection leaves it. */
    async cut(name: string, part: number): Promise<string> {
      const bytes = await Bun.file(fixture(name)).bytes();
      return this.file(`cut_${name}`, bytes.slice(0, Math.floor(bytes.length * part)));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
