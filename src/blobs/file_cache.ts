import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { abortable } from "../core/abortable.ts";

/** A file that stays where it is until it is disposed of. */
export interface HeldFile extends Disposable {
  readonly path: string;
}

/** A function that creates the file of a key at an unused path. */
export type MakeFile = (path: string, signal: AbortSignal) => Promise<void>;

/** Files that can be made again, each made once for all who need it, within a bound of bytes. */
export interface FileCache {
  /**
   * Returns the file of a key, created first where it is missing. Concurrent callers share the same work, which stops
   * when none of them waits any more. A failure is not cached.
   *
   * @throws the errors of `make`, or the signal's reason
   */
  hold(key: string, make: MakeFile, options?: { signal?: AbortSignal | undefined }): Promise<HeldFile>;
}

interface Entry {
  readonly path: string;
  readonly made: Promise<void>;
  /** 0 while it is made */
  bytes: number;
  users: number;
  readonly stop: AbortController;
  idle: ReturnType<typeof setTimeout> | undefined;
}

/** Options of {@linkcode createFileCache}. */
export interface FileCacheOptions {
  /** A directory for this cache alone. */
  readonly directory: string;
  /** The limit in bytes; above it the least recently used files are removed. */
  readonly maxBytes: number;
  /**
   * The time that an unused file is kept, in milliseconds (1 hour): it may show contents that were deleted in the
   * meantime.
   */
  readonly idleMs?: number;
}

/** Creates a cache in a directory. */
export function createFileCache({ directory, maxBytes, idleMs = 3_600_000 }: FileCacheOptions): FileCache {
  /** Entries in the order of their last use. */
  const entries = new Map<string, Entry>();

  function begin(key: string, make: MakeFile): Entry {
    const path = join(directory, crypto.randomUUID());
    const stop = new AbortController();
    const entry: Entry = { path, made: work(), bytes: 0, users: 0, stop, idle: undefined };
    entries.set(key, entry);
    // The waiting callers handle it; without any, it must not count as unhandled.
    entry.made.catch(() => {});
    return entry;

    async function work(): Promise<void> {
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        stop.signal.throwIfAborted();
        await make(path, stop.signal);
        entry.bytes = Math.max(1, (await stat(path)).size);
      } catch (error) {
        forget(key, entry);
        await rm(path, { force: true });
        throw error;
      }
    }
  }

  function forget(key: string, entry: Entry): void {
    if (entries.get(key) === entry) entries.delete(key);
  }

  function leave(key: string, entry: Entry): void {
    entry.users -= 1;
    if (entry.users === 0 && entry.bytes === 0) {
      // Unfinished work is dropped, so later callers start again.
      forget(key, entry);
      entry.stop.abort(new DOMException("No caller waits for the file any more", "AbortError"));
    }
    if (entry.users === 0) {
      entry.idle = setTimeout(() => drop(key, entry), idleMs);
      entry.idle.unref();
    }
    shrink();
  }

  function drop(key: string, entry: Entry): void {
    clearTimeout(entry.idle);
    forget(key, entry);
    void rm(entry.path, { force: true }).catch(() => {});
  }

  function shrink(): void {
    let kept = 0;
    for (const { bytes } of entries.values()) kept += bytes;
    for (const [key, entry] of entries) {
      if (kept <= maxBytes) return;
      if (entry.users > 0 || entry.bytes === 0) continue;
      kept -= entry.bytes;
      drop(key, entry);
    }
  }

  return {
    async hold(key, make, { signal } = {}) {
      signal?.throwIfAborted();
      const entry = entries.get(key) ?? begin(key, make);
      entries.delete(key);
      entries.set(key, entry);
      clearTimeout(entry.idle);
      entry.users += 1;
      let isHeld = true;
      const release = () => {
        if (isHeld) leave(key, entry);
        isHeld = false;
      };
      try {
        await abortable(entry.made, signal);
      } catch (error) {
        release();
        throw error;
      }
      return { path: entry.path, [Symbol.dispose]: release };
    },
  };
}
