import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";

const SRC = join(import.meta.dir, "../../src");
const files = [...new Bun.Glob("**/*.ts").scanSync(SRC)].sort();
const textOf = new Map(files.map((file) => [file, readFileSync(join(SRC, file), "utf8")]));

/** The imports of a file: paths below src, and names of packages. */
function importsOf(file: string, pattern = /(?:from|import\()\s*"([^"]+)"/g): string[] {
  const found = textOf.get(file)?.matchAll(pattern) ?? [];
  return [...found].map(([, name = ""]) => (name.startsWith(".") ? normalize(join(dirname(file), name)) : name));
}

/** The outermost folder of a file that has a door and that the importing file is outside of. */
function roomBetween(from: string, to: string): string | undefined {
  const parts = dirname(to).split("/");
  return parts
    .map((_, index) => parts.slice(0, index + 1).join("/"))
    .find((folder) => !from.startsWith(`${folder}/`) && existsSync(join(SRC, folder, "mod.ts")));
}

/** Files that import values of packages; a handle may pass through any file as a type. */
function importers(packages: readonly string[], allowed: RegExp): string[] {
  return files.filter(
    (file) =>
      !allowed.test(file) &&
      importsOf(file, /^import (?!type )[^;]*?from "([^"]+)"/gm).some((name) =>
        packages.some((wanted) => name === wanted || name.startsWith(`${wanted}/`)),
      ),
  );
}

test("layout: a room is entered through its mod.ts", () => {
  const sideDoors = files.flatMap((file) =>
    importsOf(file)
      .filter((to) => textOf.has(to))
      .flatMap((to) => {
        const room = roomBetween(file, to);
        return room === undefined || to === `${room}/mod.ts` ? [] : [`${file} → ${to}`];
      }),
  );
  expect(sideDoors).toEqual([]);
});

test("layout: core imports neither http nor the event log", () => {
  const found = files
    .filter((file) => file.startsWith("core/"))
    .flatMap((file) =>
      importsOf(file)
        .filter((to) => /^(http|event_log)\//.test(to))
        .map((to) => `${file} → ${to}`),
    );
  expect(found).toEqual([]);
});

test("layout: only adapters, projections and read queries import the database's packages", () => {
  const allowed =
    /^(database|event_log\/(sqlite|projections)|blobs\/sqlite)\/|(^|_|\/)(projection|tables|queries)\.ts$/;
  // Equality also fails for an exception that is no longer needed.
  expect(importers(["bun:sqlite", "drizzle-orm"], allowed)).toEqual(DATABASE_IMPORTS);
});

test("layout: only http, the server and routes import elysia", () => {
  expect(importers(["elysia"], /^(http|server)\/|routes\.ts$/)).toEqual([]);
});

test("layout: only the SQLite adapter of the event log has SQL on its tables", () => {
  const sql = /\b(FROM|JOIN|INTO|UPDATE|ON)\s+(main\.)?"?(events|event_hashes)"?\b(?!\.)/;
  const found = files.filter((file) => !file.startsWith("event_log/sqlite/") && sql.test(textOf.get(file) ?? ""));
  expect(found).toEqual([]);
});

test("layout: the in-memory event log uses nothing of the SQLite adapter", () => {
  const reached = reachedFrom("event_log/in_memory_event_log.ts");
  expect(reached.filter((file) => /^event_log\/sqlite\/|sqlite|drizzle/.test(file))).toEqual([]);
});

test("layout: only the SQLite adapter of the event log asks SQLite for changes", () => {
  const found = files.filter(
    (file) => !file.startsWith("event_log/sqlite/") && /data_version|total_changes/.test(textOf.get(file) ?? ""),
  );
  expect(found).toEqual([]);
});

test("layout: the server loads no decoder of media, and a fetch process no database", () => {
  const decoders = ["sharp", "file-type", "mediabunny", "mediainfo.js", "saxes", "cfb", "unpdf", "yauzl"];
  expect(packagesOf("server/server.ts").filter((name) => decoders.includes(name))).toEqual([]);
  expect(packagesOf("net/fetch_process.ts").filter((name) => /sqlite|drizzle/.test(name))).toEqual([]);
});

/** The packages that a program loads when it starts. */
function packagesOf(program: string): string[] {
  return reachedFrom(program).filter((name) => !textOf.has(name));
}

/** A file and all files and packages that it imports, directly or not, types aside. */
function reachedFrom(program: string): string[] {
  const reached = new Set([program]);
  for (const file of reached) {
    for (const name of importsOf(
      file,
      /^(?:import|export) (?!type )(?!\{(?:\s*type [^,}]*,?)*\s*\})[^;"]*"([^"]+)"/gm,
    )) {
      reached.add(name);
    }
  }
  return [...reached];
}

test("layout: one base name has one meaning", () => {
  // A command of the CLI has the name of its command.
  const byName = Map.groupBy(
    files.filter((file) => !file.startsWith("cli/")),
    (file) => basename(file),
  );
  const found = [...byName]
    .filter(([name, same]) => same.length > 1 && !STANDARD_NAMES.has(name))
    .map(([name]) => name);
  expect(found).toEqual([]);
});

/** Names that mean the same in every slice. */
const STANDARD_NAMES: ReadonlySet<string> = new Set(
  [
    ...[
      "mod",
      "commands",
      "decide",
      "event_descriptions",
      "events",
      "examples",
      "projection",
      "queries",
      "routes",
      "routes_deps",
    ],
    ...["schema", "slice", "stats_routes", "tables", "view", "wait_until_settled"],
  ].map((name) => `${name}.ts`),
);

/** Exceptions, which are to become fewer: columns and queries of todo tables, of any slice. */
const DATABASE_IMPORTS = ["event_log/work/causation.ts", "event_log/work/todo_queue.ts"];
