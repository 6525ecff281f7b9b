import { join } from "node:path";
import { AppError } from "../../core/errors.ts";
import { type ProcessLock, tryProcessLock } from "../../database/mod.ts";

/** The behaviour while another process has the lock. */
export interface RebuildLockOptions {
  /** The maximum wait for the holder, in milliseconds. */
  readonly waitMs?: number;
  /** Called once when another process holds the lock. */
  readonly onWait?: () => void;
}

const LOCK_WAIT_MS = 120_000;
const LOOK_AGAIN_MS = 50;

/**
 * Takes the lock under which tables are created, changed and swapped, one process at a time.
 *
 * @throws {AppError} `unavailable` when the holder keeps it for longer than the wait
 */
export async function rebuildLock(dataDir: string, options: RebuildLockOptions = {}): Promise<ProcessLock> {
  const { waitMs = LOCK_WAIT_MS, onWait } = options;
  const path = join(dataDir, "rebuild.lock");
  const end = performance.now() + waitMs;
  let lock = tryProcessLock(path);
  if (!lock) onWait?.();
  while (!lock) {
    if (performance.now() >= end) {
      throw new AppError("unavailable", `Cannot use ${dataDir}: another process is migrating or replaying it`);
    }
    await Bun.sleep(LOOK_AGAIN_MS);
    lock = tryProcessLock(path);
  }
  return lock;
}
