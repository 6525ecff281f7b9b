import { fileURLToPath } from "node:url";
import { asUnavailable } from "../../core/shortage.ts";
import { CONFINE_VARIABLE } from "./confine.ts";
import { fileRules, type Needs } from "./policy.ts";

/**
 * The level of confinement: `files`, no files but their own, and all of `calls`; `calls`, no network but for downloads,
 * no other program or process, no privilege; `none`.
 */
export type SandboxLevel = "files" | "calls" | "none";

/** A command line and the variables that it needs. */
export interface ConfinedCommand {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const LAUNCHER = fileURLToPath(new URL("./launcher.ts", import.meta.url));
const PROBE = fileURLToPath(new URL("./probe.ts", import.meta.url));
/** Options of the runtime: no .env file, and no packages from a registry. */
const RUNTIME = ["--no-env-file", "--no-install"];
const PROBE_LIMIT_MS = 20_000;
const PROBE_TRIES = 3;

const NO_HOME = "/nonexistent";

let found: SandboxLevel | undefined;

/**
 * Returns the strongest level that works on this machine, found by trying on the first call.
 *
 * @throws {Error} when the machine is too short of a resource to find out: that must not count as a weaker level
 */
export function sandboxLevel(): SandboxLevel {
  try {
    found ??= (["files", "calls"] as const).find(works) ?? "none";
    return found;
  } catch (error) {
    throw asUnavailable(error, "find out how far processes can be confined");
  }
}

/** Returns the command that starts a script at a level. */
export function confinedCommand(script: string, level: SandboxLevel, needs: Needs): ConfinedCommand {
  const program = [...RUNTIME, script];
  if (level === "none") return { command: [process.execPath, ...program], environment: {} };
  const { read, list, readNamed, write, run } = fileRules(script, needs);
  const lists = { read, list, "read-named": readNamed, write, run };
  const files = Object.entries(lists).flatMap(([name, paths]) => paths.map((path) => `--${name}=${path}`));
  // An option always comes first: the runtime takes a leading `--` for itself.
  const options = [`--level=${level}`, ...(needs.network ? ["--network"] : []), ...(level === "files" ? files : [])];
  return {
    command: [process.execPath, ...RUNTIME, LAUNCHER, ...options, "--", ...program],
    // Without a home directory of its own, a library would look for one in a file that it may not read.
    environment: { [CONFINE_VARIABLE]: needs.network ? "network" : "calls", HOME: NO_HOME },
  };
}

function works(level: SandboxLevel): boolean {
  if (process.platform !== "linux") return false;
  const { command, environment } = confinedCommand(PROBE, level, { network: false, readable: [], writable: [] });
  for (let attempt = 1; attempt <= PROBE_TRIES; attempt++) {
    const { exitCode, signalCode } = Bun.spawnSync([...command], {
      env: environment,
      stdio: ["ignore", "ignore", "ignore"],
      timeout: PROBE_LIMIT_MS,
      killSignal: "SIGKILL",
    });
    // Too slow, or killed by a kernel without memory.
    if (signalCode !== "SIGKILL") return exitCode === 0;
  }
  throw new Error("Cannot find out how far processes can be confined: the process that tries it is killed");
}
