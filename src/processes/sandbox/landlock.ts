import { closeSync, constants, openSync, statSync } from "node:fs";
import type { Libc } from "./libc.ts";

/** The file access of a process, by path; all other access is refused. */
export interface FileRules {
  /** Files to read and directories to list. */
  readonly read: readonly string[];
  /** Directories whose names, and those below, can be listed. */
  readonly list: readonly string[];
  /** Directories whose files can be read by name, but not listed. */
  readonly readNamed: readonly string[];
  /** Directories in which plain files can be created, changed and removed by name, but not listed. */
  readonly write: readonly string[];
  /** Programs that may be run, with the libraries' loader. */
  readonly run: readonly string[];
}

/** Rights of <linux/landlock.h>. */
const EXECUTE = 1 << 0;
const WRITE_FILE = 1 << 1;
const READ_FILE = 1 << 2;
const READ_DIR = 1 << 3;
const REMOVE_FILE = 1 << 5;
const MAKE_REG = 1 << 8;
const TRUNCATE = 1 << 14;
const OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE;
/** All file rights of each version of the interface: links between directories since 2, truncation since 3, … */
const ALL_RIGHTS = [0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff];
const BIND_TCP = 1 << 0;
const CONNECT_TCP = 1 << 1;
/** Abstract UNIX sockets, and signals. */
const SCOPED = 3;

/** The same numbers on every architecture. */
const CREATE_RULESET = 444;
const ADD_RULE = 445;
const RESTRICT_SELF = 446;
const VERSION_FLAG = 1;
const PATH_BENEATH = 1;

/** Without the right to truncate, version 1 and 2 leave every file open to be emptied. */
const LEAST_VERSION = 3;
const NET_SINCE = 4;
const SCOPED_SINCE = 6;

/**
 * Restricts the calling thread, and its later programs, to these files, and to no TCP unless `network`. Works without
 * any privilege, since Linux 6.2; `no_new_privs` must be set.
 *
 * @returns true when the restriction is in force
 */
export function restrictFiles(libc: Libc, rules: FileRules, { network }: { readonly network: boolean }): boolean {
  const version = libc.syscall(CREATE_RULESET, 0, 0, VERSION_FLAG);
  if (version < LEAST_VERSION) return false;
  const all = ALL_RIGHTS[Math.min(version, ALL_RIGHTS.length - 1)] ?? 0;
  const net = network ? BIND_TCP : BIND_TCP | CONNECT_TCP;
  const attributes = new BigUint64Array([
    BigInt(all),
    ...(version >= NET_SINCE ? [BigInt(net)] : []),
    ...(version >= SCOPED_SINCE ? [BigInt(SCOPED)] : []),
  ]);
  const ruleset = libc.syscall(CREATE_RULESET, bytesOf(attributes), attributes.byteLength, 0);
  if (ruleset < 0) return false;
  const allow = (paths: readonly string[], rights: number) =>
    paths.every((path) => allowPath(libc, { ruleset, path, rights }));
  return (
    allow(rules.read, READ_FILE | READ_DIR) &&
    allow(rules.list, READ_DIR) &&
    allow(rules.readNamed, READ_FILE) &&
    allow(rules.write, READ_FILE | WRITE_FILE | REMOVE_FILE | MAKE_REG | TRUNCATE) &&
    allow(rules.run, READ_FILE | EXECUTE) &&
    libc.syscall(RESTRICT_SELF, ruleset, 0) === 0
  );
}

function allowPath(libc: Libc, { ruleset, path, rights }: { ruleset: number; path: string; rights: number }): boolean {
  const info = statSync(path, { throwIfNoEntry: false });
  // Some of the paths do not exist on every system.
  if (!info) return true;
  const file = openSync(path, constants.O_RDONLY | O_PATH);
  try {
    const attributes = new DataView(new ArrayBuffer(12));
    attributes.setBigUint64(0, BigInt(info.isDirectory() ? rights : rights & OF_FILES), true);
    attributes.setInt32(8, file, true);
    return libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, new Uint8Array(attributes.buffer), 0) === 0;
  } finally {
    closeSync(file);
  }
}

/** Opens a handle of a file without the right to read it. */
const O_PATH = 0o10000000;

function bytesOf({ buffer }: BigUint64Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(buffer);
}
