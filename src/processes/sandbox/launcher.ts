/**
 * The first program of a confined process: it gives up privileges, files and TCP, and then executes the real program,
 * which inherits the restrictions. This cannot happen later, because Landlock restricts one thread only, and a runtime
 * has several from its start.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type FileRules, restrictFiles } from "./landlock.ts";
import { type Libc, openLibc } from "./libc.ts";

const SET_NO_NEW_PRIVS = 38;
const DROP_BOUNDING_CAPABILITY = 24;
const CAPABILITIES = 64;
/** The capabilities to traverse directories and read files of another user, where root serves the data of one. */
const KEPT_CAPABILITIES = new Set([1, 2]);

/** Launches the program. Exits with status 126, as shells do, where a restriction fails: no process runs unconfined. */
function launch(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      level: { type: "string" },
      network: { type: "boolean", default: false },
      read: { type: "string", multiple: true, default: [] },
      list: { type: "string", multiple: true, default: [] },
      "read-named": { type: "string", multiple: true, default: [] },
      write: { type: "string", multiple: true, default: [] },
      run: { type: "string", multiple: true, default: [] },
    },
  });
  const { level, network, read, list, write, run } = values;
  const rules = level === "files" ? { read, list, readNamed: values["read-named"], write, run } : null;
  const libc = openLibc();
  if (libc && confine(libc, { rules, network })) {
    libc.execve(process.execPath, [process.execPath, ...positionals], environment());
  }
  process.exit(126);
}

function confine(libc: Libc, { rules, network }: { rules: FileRules | null; network: boolean }): boolean {
  dropCapabilities(libc);
  if (libc.prctl(SET_NO_NEW_PRIVS, 1) !== 0) return false;
  return rules === null || restrictFiles(libc, rules, { network });
}

/**
 * Drops the bounding set, which limits the capabilities that root regains on execution. Only root may, and only root
 * has to.
 */
function dropCapabilities(libc: Libc): void {
  for (let capability = 0; capability < CAPABILITIES; capability++) {
    if (!KEPT_CAPABILITIES.has(capability)) libc.prctl(DROP_BOUNDING_CAPABILITY, capability);
  }
}

/** Returns the environment as it was passed: the runtime hides the variables of its channel to the parent. */
function environment(): string[] {
  return readFileSync("/proc/self/environ", "utf8").split("\0").filter(Boolean);
}

launch();
