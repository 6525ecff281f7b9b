import { Database } from "bun:sqlite";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Said } from "./command_line.ts";
import { inTime } from "./until.ts";

const PROGRAM = join(import.meta.dir, "confined_commands.ts");

/** Permissions do not hold for root, unless it gives up the capability to ignore them. */
const COMMAND =
  process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", "--"] : [];

function setModes(directory: string, modes: string): void {
  Bun.spawnSync(["chmod", "-R", modes, directory]);
}

/** True when a process can be kept from writing to a directory without a mount. */
export const CAN_KEEP_FROM_WRITING = (() => {
  const directory = mkdtempSync(join(tmpdir(), "reelog-read-only-"));
  try {
    setModes(directory, "a-w");
    return Bun.spawnSync([...COMMAND, "sh", "-c", `cd '${directory}' && ! touch probe 2>/dev/null`]).exitCode === 0;
  } catch {
    return false;
  } finally {
    setModes(directory, "u+w");
    rmSync(directory, { recursive: true, force: true });
  }
})();

/** A copy of a directory to which nothing can be written. */
export interface ReadOnlyCopy extends AsyncDisposable {
  readonly path: string;
  /** Runs a command of `reelog` that has no right to write to the copy. */
  reelog(parameters: readonly string[], env?: Record<string, string>): Promise<Said>;
}

/**
 * Copies a data directory, without the log's journal unless it is asked for, and takes away the permission to write.
 */
export async function readOnlyCopy(
  dataDir: string,
  { journals = [] }: { readonly journals?: readonly ("-wal" | "-shm")[] } = {},
): Promise<ReadOnlyCopy> {
  const path = mkdtempSync(join(tmpdir(), "reelog-read-only-"));
  const isJournal = (name: string) => /\.db-(wal|shm)$/.test(name);
  cpSync(dataDir, path, {
    recursive: true,
    filter: (name) => !isJournal(name) || journals.some((suffix) => name.endsWith(suffix)),
  });
  setModes(path, "a-w");
  return {
    path,
    reelog: (parameters, env = {}) => runConfined(parameters, { DATA_DIR: path, ...env }),
    async [Symbol.asyncDispose]() {
      setModes(path, "u+w");
      await rm(path, { recursive: true, force: true });
    },
  };
}

let child: Bun.Subprocess | undefined;
let answered = Promise.withResolvers<Said>();

/** Runs a command in the one process that may not ignore permissions; one for each command would take seconds. */
async function runConfined(parameters: readonly string[], env: Record<string, string>): Promise<Said> {
  child ??= Bun.spawn([...COMMAND, process.execPath, PROGRAM], {
    env: { PATH: process.env.PATH ?? "" },
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (said: Said) => answered.resolve(said),
    onExit: () => answered.reject(new Error("the process of the commands ended")),
  });
  answered = Promise.withResolvers();
  child.send({ parameters, env });
  return await inTime(answered.promise, () => `reelog ${parameters.join(" ")} ended`);
}

/** Moves what is only in the journal of a log into its file. */
export function checkpoint(dataDir: string): void {
  using db = new Database(join(dataDir, "reelog.db"));
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
}
