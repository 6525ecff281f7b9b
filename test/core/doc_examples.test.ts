import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Glob } from "bun";
import { compileProject } from "../frontend/tools.ts";
import { temporaryDirectory } from "../support/test_server.ts";

const ROOT = join(import.meta.dir, "../..");
const SRC = join(ROOT, "src");

/** The values that an example may use without saying where they come from, by their types. */
const CONTEXT: Readonly<Record<string, string>> = {
  blobs: typeIn("blobs/mod.ts", "BlobStore"),
  body: "ReadableStream<Uint8Array<ArrayBuffer>>",
  dataDir: "string",
  directory: "string",
  jobs: `typeof ${typeIn("jobs/tables.ts", "jobs")}`,
  logger: 'import("pino").Logger',
  maxBytes: "number",
  media: typeIn("media/mod.ts", "MediaService"),
  metadata: typeIn("event_log/mod.ts", "EventMetadata"),
  path: "string",
  read: 'import("drizzle-orm/bun-sqlite").BunSQLiteDatabase',
  sink: "{ write(chunk: Uint8Array): Promise<void> }",
  store: typeIn("event_log/mod.ts", "Store"),
  useOf: `(sha256: string) => ${typeIn("blobs/mod.ts", "ContentUse")}`,
};

/** The names of packages that an example may use. */
const PACKAGES: Readonly<Record<string, string>> = {
  Type: "@sinclair/typebox",
  and: "drizzle-orm",
  sqliteTable: "drizzle-orm/sqlite-core",
  text: "drizzle-orm/sqlite-core",
};

function typeIn(module: string, name: string): string {
  return `import(${JSON.stringify(join(SRC, module))}).${name}`;
}

interface Example {
  readonly file: string;
  readonly code: string;
}

/** The TypeScript blocks of all docstrings below `src`. */
async function examples(): Promise<Example[]> {
  const files = [...new Glob("**/*.ts").scanSync(SRC)].sort();
  const all = await Promise.all(
    files.map(async (file) => {
      const text = await Bun.file(join(SRC, file)).text();
      return [...text.matchAll(/^ *\* ```ts\n((?: *\*.*\n)*?) *\* ```$/gm)].map(([, block = ""]) => ({
        file,
        code: block.replaceAll(/^ *\* ?/gm, ""),
      }));
    }),
  );
  return all.flat();
}

/** The file that exports each name; the example's own file wins. */
async function exportsBySource(): Promise<(name: string, own: string) => string | undefined> {
  const byName = new Map<string, string[]>();
  for (const file of new Glob("**/*.ts").scanSync(SRC)) {
    const text = await Bun.file(join(SRC, file)).text();
    for (const [, name = ""] of text.matchAll(
      /^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm,
    )) {
      byName.set(name, [...(byName.get(name) ?? []), file]);
    }
  }
  return (name, own) => byName.get(name)?.find((file) => file === own) ?? byName.get(name)?.[0];
}

test("the examples of docstrings: each compiles in strict mode", async () => {
  const found = await examples();
  expect(found.length).toBeGreaterThan(10);
  const sourceOf = await exportsBySource();
  const directory = await temporaryDirectory();
  try {
    for (const [index, { file, code }] of found.entries()) {
      const declared = new Set(
        code.matchAll(/\b(?:const|using) (\w+|\{[^}]*\})/g).flatMap(([, of]) => of?.match(/\w+/g) ?? []),
      );
      // Without comments, texts and what follows a point or names a property.
      const names = new Set(code.replaceAll(/\/\/.*|"[^"]*"/g, "").match(/(?<!\w|(?<!\.\.)\.)\w+\b(?!:)/g));
      const lines = [...names].flatMap((name) => {
        if (declared.has(name)) return [];
        const [type, source] = [CONTEXT[name], PACKAGES[name] ?? sourceOf(name, file)];
        if (type !== undefined) return [`declare const ${name}: ${type};`];
        if (source === undefined) return [];
        return [`import { ${name} } from ${JSON.stringify(source.endsWith(".ts") ? join(SRC, source) : source)};`];
      });
      await Bun.write(
        join(directory, `${index}_${file.replaceAll("/", "_")}`),
        `${lines.join("\n")}\n${code}export {};\n`,
      );
    }
    const { compilerOptions } = await Bun.file(join(ROOT, "tsconfig.json")).json();
    const options = {
      ...compilerOptions,
      verbatimModuleSyntax: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
    };
    const typeRoots = [join(ROOT, "node_modules/@types")];
    const project = { compilerOptions: { ...options, typeRoots }, include: ["*.ts"] };
    await Bun.write(join(directory, "tsconfig.json"), JSON.stringify(project));
    await Bun.$`ln -s ${join(ROOT, "node_modules")} ${join(directory, "node_modules")}`;
    expect(await compileProject(directory)).toEqual({ exitCode: 0, said: "" });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 300_000);
