import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileRules } from "./landlock.ts";

/** The access that a process needs in addition to its program. */
export interface Needs {
  readonly network: boolean;
  /** Directories of inputs, and of outputs. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** Further files and directories to read, e.g. those of certificates. */
  readonly files?: readonly string[] | undefined;
}

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PROGRAM = ["src", "node_modules", "package.json", "tsconfig.json"].map((name) => `${ROOT}${name}`);

/** Libraries, fonts and the kernel files that a runtime reads. Nothing of /etc that could hold a secret. */
const SYSTEM = [
  "/usr/lib",
  "/usr/lib64",
  "/usr/local/lib",
  "/usr/share",
  "/usr/local/share/fonts",
  "/lib",
  "/lib64",
  "/nix/store",
  "/gnu/store",
  "/etc/fonts",
  "/etc/ld.so.cache",
  "/etc/localtime",
  "/proc/self",
  "/proc/cpuinfo",
  "/proc/meminfo",
  "/proc/stat",
  "/proc/version",
  "/proc/sys/vm/overcommit_memory",
  "/sys/devices/system/cpu",
  "/sys/fs/cgroup",
  "/dev/null",
  "/dev/zero",
  "/dev/random",
  "/dev/urandom",
];

/** Files for resolving names, and the certificates for TLS. */
const NETWORK = [
  "/etc/resolv.conf",
  "/etc/hosts",
  "/etc/host.conf",
  "/etc/nsswitch.conf",
  "/etc/gai.conf",
  "/etc/services",
  "/etc/ssl/certs",
  "/etc/ssl/cert.pem",
  "/etc/ssl/openssl.cnf",
  "/etc/ca-certificates",
  "/etc/pki/tls/certs",
  "/etc/pki/ca-trust",
];

const LOADERS = [
  "/lib64/ld-linux-x86-64.so.2",
  "/lib/ld-linux-aarch64.so.1",
  "/lib/ld-musl-x86_64.so.1",
  "/lib/ld-musl-aarch64.so.1",
  "/nix/store",
  "/gnu/store",
];

/** Returns the files that a process which runs `script` may access. */
export function fileRules(script: string, { network, readable, writable, files = [] }: Needs): FileRules {
  return {
    read: [...PROGRAM, dirname(script), ...SYSTEM, ...(network ? NETWORK : []), ...files],
    // Names only: the runtime looks for packages from the program upwards.
    list: [ROOT],
    readNamed: readable,
    write: writable,
    run: [realpathSync(process.execPath), ...LOADERS],
  };
}
