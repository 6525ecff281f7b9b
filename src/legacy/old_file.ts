import { existsSync } from "node:fs";
import { chmod, copyFile, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AppError } from "../core/errors.ts";
import { openDatabase, openImmutable } from "../database/mod.ts";
import { OldTables } from "./old_tables.ts";

/** The old backend's database, open for reading. */
export interface OldFile extends AsyncDisposable {
  readonly tables: OldTables;
  /** Checks that the file is unchanged. @throws {AppError} `conflict` when it has changed since it was opened */
  assertUnchanged(): Promise<void>;
}

/**
 * Opens the old backend's SQLite file without writing to it or next to it. An unfinished journal has to be played back,
 * which is done on a copy.
 *
 * @param options.onCopy called before a file with a journal is copied to the temporary directory
 * @throws {AppError} `not_found` when there is no file; `bad_request` when it is no database
 */
export async function openOldFile(path: string, { onCopy }: { onCopy?: () => void } = {}): Promise<OldFile> {
  const before = await stat(path).catch(() => null);
  if (!before?.isFile()) throw new AppError("not_found", `Cannot read ${path}: no such file`);
  await using stack = new AsyncDisposableStack();
  let plain = resolve(path);
  if (await hasJournal(plain)) {
    onCopy?.();
    plain = await playedBack(plain, stack);
  }
  try {
    // SQLite takes an empty file for an empty database.
    if ((await Bun.file(plain).slice(0, 16).text()) !== "SQLite format 3\0")
      throw new Error("its header is not SQLite's");
    const db = openImmutable(plain);
    stack.defer(() => db.close());
    for (const defence of DEFENCES) db.run(`PRAGMA ${defence}`);
    const tables = stack.use(new OldTables(db));
    const open = stack.move();
    return {
      tables,
      async assertUnchanged() {
        const now = await stat(path).catch(() => null);
        if (now?.mtimeMs === before.mtimeMs && now.size === before.size) return;
        throw new AppError("conflict", `Cannot confirm the import: ${path} changed while it was read; import it again`);
      },
      [Symbol.asyncDispose]: () => open.disposeAsync(),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError("bad_request", `Cannot read ${path} as a SQLite database: ${why}`);
  }
}

async function hasJournal(path: string): Promise<boolean> {
  for (const suffix of JOURNALS) {
    const info = await stat(path + suffix).catch(() => null);
    if (info !== null && info.size > 0) return true;
  }
  return false;
}

/** Defences against hostile files: functions in the schema, writes, and cells with false sizes. */
const DEFENCES = ["trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"];

const JOURNALS = ["-wal", "-journal"];

/** Copies a file and plays its journal back. */
async function playedBack(path: string, stack: AsyncDisposableStack): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "reelog-import-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const copy = join(directory, "old.db");
  for (const suffix of ["", ...JOURNALS]) {
    if (!existsSync(path + suffix)) continue;
    await copyFile(path + suffix, copy + suffix);
    // A copy of a file that nobody may write to could not be written to either.
    await chmod(copy + suffix, 0o600);
  }
  openDatabase(copy).close();
  return copy;
}
