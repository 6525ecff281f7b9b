import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { abortable } from "../core/abortable.ts";

/** A file that stays where it is until it is disposed of. */
export interface HeldFile extends Disposable {
  readonly path: string;
}

/** Makes the file of a key at a path where nothing is yet. */
export type MakeFile = (path: string, signal: AbortSignal) => Promise<void>;

/** Files that can be made again, each made once for all who need it, within a bound of bytes. */
export interface FileCache {
  /**
   * Answers the file of a key, and makes it where there is none. Several callers wait for the same work, which stops
   * when none of them waits any more. A failure is not kept.
   *
   * @throws what `make` throws, or the signal's reason
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

/** How a cache is made. */
export interface FileCacheOptions {
  /** Nothing else uses it. */
  readonly directory: string;
  /** Above it, what has not been used for longest goes first. */
  readonly maxBytes: number;
  /** How long a file is kept that nobody uses (1 hour): it may show what was deleted meanwhile. */
  readonly idleMs?: number;
}

/** Makes a cache in a directory. */
export function createFileCache({ directory, maxBytes, idleMs = 3_600_000 }: FileCacheOptions): FileCache {
  /** In the order of their last use. */
  const entries = new Map<string, Entry>();

  function begin(key: string, make: MakeFile): Entry {
    const path = join(directory, crypto.randomUUID());
    const stop = new AbortController();
    const entry: Entry = { path, made: work(), bytes: 0, users: 0, stop, idle: undefined };
    entries.set(key, entry);
    // Met by those who wait; where nobody does any more, it must not count as unhandled.
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
      // Not made yet: whoever comes from now on begins again.
      forget(key, entry);
      entry.stop.abort(new DOMException("Nobody waits for the file any more", "AbortError"));
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
