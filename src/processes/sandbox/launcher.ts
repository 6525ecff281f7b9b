/**
 * The first program of a confined process: it gives up privileges, files and TCP, and then becomes the real one, which
 * inherits all of that. It cannot be done later: what Landlock takes, it takes of one thread only, and a runtime has
 * several from its first moment on.
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
/** To go through directories and read files of another user, where root serves the data of one. */
const KEPT_CAPABILITIES = new Set([1, 2]);

/** Ends with status 126, as shells do, where something cannot be given up: better no process than a free one. */
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

/** What an execution by root would give back is bounded by this set. Only root may, and only root has to. */
function dropCapabilities(libc: Libc): void {
  for (let capability = 0; capability < CAPABILITIES; capability++) {
    if (!KEPT_CAPABILITIES.has(capability)) libc.prctl(DROP_BOUNDING_CAPABILITY, capability);
  }
}

/** As it was given: the runtime hides the variables of its channel to the parent. */
function environment(): string[] {
  return readFileSync("/proc/self/environ", "utf8").split("\0").filter(Boolean);
}

launch();
