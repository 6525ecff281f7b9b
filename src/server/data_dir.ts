import { access, constants, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { makeRoomToOpen, type ProcessLock, tryProcessLock } from "../database/mod.ts";

/**
 * Creates a server's data directory where it is missing and locks it against other servers.
 *
 * @throws {Error} one sentence: it cannot be made or written to, or another server uses it
 */
export async function claimDataDir(dataDir: string): Promise<ProcessLock> {
  await assertUsable(dataDir);
  makeRoomToOpen(dataDir);
  const lock = tryProcessLock(join(dataDir, "server.lock"));
  if (!lock) throw new Error(`Cannot start: another Reelog server uses ${dataDir}`);
  return lock;
}

async function assertUsable(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK | constants.X_OK);
    if (!(await stat(dataDir)).isDirectory()) throw new Error("ENOTDIR");
  } catch {
    throw new Error(`Cannot start: DATA_DIR ${dataDir} is not a directory that can be made and written to`);
  }
}
