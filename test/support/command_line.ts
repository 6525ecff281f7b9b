import { join } from "node:path";
import { run } from "../../src/cli/run.ts";

/** The output and the exit status of a command. */
export interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** The command line of `reelog`. */
export const MAIN = join(import.meta.dir, "../../src/cli/main.ts");

/** Runs a command of `reelog` in this process. */
export async function reelog(dataDir: string, ...parameters: string[]): Promise<Said> {
  return await runCommand(parameters, { DATA_DIR: dataDir });
}

/** Runs a command of `reelog` in this process, with all of its environment. */
export async function runCommand(parameters: readonly string[], env: Record<string, string>): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await run(parameters, {
    env,
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
  });
  return { status, out: out.join(""), err: err.join("") };
}

/** Starts a command of `reelog` as a process of its own. */
export function spawnReelog(dataDir: string, ...parameters: string[]) {
  return Bun.spawn([process.execPath, MAIN, ...parameters], {
    env: { PATH: process.env.PATH ?? "", DATA_DIR: dataDir },
    stdout: "pipe",
    stderr: "pipe",
  });
}

/** The lines of a command's output that are JSON. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
