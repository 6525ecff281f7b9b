import { join } from "node:path";
import { run } from "../../src/cli/run.ts";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");

/** A key as `keys create` has told it. */
export interface MadeKey {
  readonly id: string;
  readonly key: string;
  readonly headers: Readonly<Record<"authorization", string>>;
}

/** The output and the exit status of a command. */
export interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `reelog keys …` in this process. */
export async function keys(dataDir: string, ...parameters: string[]): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await run(["keys", ...parameters], {
    env: { DATA_DIR: dataDir },
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
  });
  return { status, out: out.join(""), err: err.join("") };
}

/** Runs `reelog keys …` as people do: in a process of its own. */
export async function keysProcess(dataDir: string, ...parameters: string[]): Promise<Said> {
  const child = Bun.spawn([process.execPath, MAIN, "keys", ...parameters], {
    env: { PATH: process.env.PATH ?? "", DATA_DIR: dataDir },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { status: await child.exited, out, err };
}

/** Issues a key of an owner. */
export async function newKey(dataDir: string, owner: string, ...options: string[]): Promise<MadeKey> {
  const said = await keys(dataDir, "create", "--owner", owner, ...options);
  const id = /Issued key (\S+)/.exec(said.err)?.[1];
  if (id === undefined) throw new Error(`Cannot make a key: ${said.err}`);
  const key = said.out.trim();
  return { id, key, headers: { authorization: `Bearer ${key}` } };
}
