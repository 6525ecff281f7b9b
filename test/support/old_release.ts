import { rmSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "./test_server.ts";

/** The last event of {@linkcode oldDirectory}. */
export const OLD_HEAD = 312;

/**
 * A data directory as the release of commit a878433 left it: clients, assets and jobs of two owners, none of which needs
 * a stored content.
 */
export async function oldDirectory() {
  const dataDir = await temporaryDirectory();
  const packed = await Bun.file(join(import.meta.dir, "../fixtures/releases/a878433.db.gz")).bytes();
  await Bun.write(join(dataDir, "reelog.db"), Bun.gunzipSync(packed));
  return { dataDir, [Symbol.dispose]: () => rmSync(dataDir, { recursive: true, force: true }) };
}
