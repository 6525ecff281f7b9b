import { dirname, join } from "node:path";

const TSC = join(dirname(Bun.resolveSync("typescript/package.json", import.meta.dir)), "bin/tsc");
const GENERATOR = join(dirname(Bun.resolveSync("openapi-typescript/package.json", import.meta.dir)), "bin/cli.js");

/** The result of a command. */
export interface Ended {
  readonly exitCode: number;
  /** All that it said, on both outputs. */
  readonly said: string;
}

/** Runs a script to its end. */
export async function run(...command: string[]): Promise<Ended> {
  const child = Bun.spawn([process.execPath, ...command], { cwd: import.meta.dir, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, said: out + err };
}

/** Makes types of the document that a server serves. */
export async function generateTypes(url: string, path: string): Promise<void> {
  const preload = join(import.meta.dir, "generated_client/typescript_5.ts");
  const { exitCode, said } = await run("--preload", preload, GENERATOR, `${url}/docs/json`, "-o", path);
  if (exitCode !== 0) throw new Error(said);
}

/** Type-checks a project that has a tsconfig.json. */
export async function compileProject(directory: string): Promise<Ended> {
  return await run(TSC, "-p", directory);
}

/** The compiler options of Vite's template: no syntax that must be compiled away, and the library of 2023. */
export const NEW_PROJECT = {
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  lib: ["ES2023", "DOM", "DOM.Iterable"],
};

/** Type-checks files in strict mode, as a frontend does; `reelog-api` is the types that were made in the directory. */
export async function compile(directory: string, files: readonly string[], options: object = {}): Promise<Ended> {
  const { compilerOptions } = await import("./eden_client/tsconfig.json");
  const paths = { "reelog-api": [join(directory, "reelog-api.d.ts")] };
  const project = { compilerOptions: { ...compilerOptions, types: [], paths, ...options }, files };
  await Bun.write(join(directory, "tsconfig.json"), JSON.stringify(project));
  return await compileProject(directory);
}
