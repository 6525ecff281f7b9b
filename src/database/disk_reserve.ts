import { closeSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../core/errors.ts";

/** Disk space that is reserved for deletions and revocations. */
export interface DiskReserve {
  /** True while only the reserve, or less, is left. */
  isLow(): boolean;
  /**
   * Refuses growth while the disk is low.
   *
   * @throws {AppError} `unavailable`
   */
  checkRoom(action: string): void;
  /** Frees the reserve for a write that must succeed; false when it was freed before. */
  release(): boolean;
  /** Reserves the space again once there is room for it. */
  refill(): void;
}

const FILE = "reserve";
const MEBIBYTE = 1024 * 1024;
/** Part of the disk that is reserved, within these bounds in bytes. */
const SHARE = 0.02;
const LEAST = MEBIBYTE;
const MOST = 4 * MEBIBYTE;
/** The least space that an open database needs for its shared memory and first pages, in bytes. */
const ONE_WRITE = MEBIBYTE / 8;

/**
 * Keeps a file of real blocks in a data directory. A threshold alone is not enough: other programs also fill the disk,
 * and then deletions and revocations would fail.
 */
export function openDiskReserve(dataDir: string): DiskReserve {
  const path = join(dataDir, FILE);

  function look(): { free: number; size: number } {
    const { bavail, blocks, bsize } = statfsSync(dataDir);
    return { free: bavail * bsize, size: Math.min(Math.max(blocks * bsize * SHARE, LEAST), MOST) };
  }

  function isHeld(): boolean {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  }

  function release(): boolean {
    if (!isHeld()) return false;
    rmSync(path, { force: true });
    return true;
  }

  function refill(): void {
    const { free, size } = look();
    if (isHeld() || free < 2 * size) return;
    try {
      fill(path, size);
    } catch {
      rmSync(path, { force: true });
    }
  }

  const isLow = () => {
    const { free, size } = look();
    return free < (isHeld() ? size : 2 * size);
  };

  return {
    isLow,
    release,
    refill,
    checkRoom(action) {
      if (isLow())
        throw new AppError("unavailable", `Cannot ${action}: the server's disk is full; deleting still works`);
    },
  };
}

/** Frees the reserve of a directory when not even a database can be opened there. */
export function makeRoomToOpen(dataDir: string): void {
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize < ONE_WRITE) rmSync(join(dataDir, FILE), { force: true });
}

function fill(path: string, size: number): void {
  const handle = openSync(path, "w", 0o600);
  try {
    const zeros = new Uint8Array(MEBIBYTE);
    for (let written = 0; written < size; ) written += writeSync(handle, zeros, 0, Math.min(MEBIBYTE, size - written));
  } finally {
    closeSync(handle);
  }
}
