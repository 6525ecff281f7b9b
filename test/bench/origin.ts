import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "./stores.ts";

/** A server of files on loopback that assets are imported from. */
export interface FolderOrigin extends AsyncDisposable {
  readonly url: string;
  readonly folder: string;
  /** The value of `ALLOWED_ASSET_DOMAINS` that grants the origin. */
  readonly grant: string;
  put(name: string, content: string | Uint8Array): Promise<void>;
  /** The path of a file of test/fixtures/media. */
  fixture(file: string): string;
  /** Copies such a file. Returns the path of the copy. */
  putFixture(file: string, name: string): Promise<string>;
}

const MEDIA = join(import.meta.dir, "../fixtures/media");

/** Serves an empty folder from this process, which has nothing else to do while something is measured. */
export async function startFolderOrigin(): Promise<FolderOrigin> {
  const directory = temporaryDirectory();
  const folder = join(directory.path, "files");
  await Bun.write(join(folder, "index.txt"), "");
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ url }) => new Response(Bun.file(join(folder, new URL(url).pathname))),
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    grant: `127.0.0.1:${server.port}`,
    folder,
    fixture: (file) => join(MEDIA, file),
    async put(name, content) {
      await Bun.write(join(folder, name), content);
    },
    async putFixture(file, name) {
      await copyFile(join(MEDIA, file), join(folder, name));
      return join(folder, name);
    },
    async [Symbol.asyncDispose]() {
      await server.stop(true);
      directory[Symbol.dispose]();
    },
  };
}
