import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const text = await Bun.file(join(ROOT, "docs/architecture.md")).text();
const named = [...text.matchAll(/`([^`\s]+)`/g)].map(([, name = ""]) => name);

test("docs/architecture.md: every folder of src has its line", () => {
  const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const missing = folders.map(({ name }) => `${name}/`).filter((folder) => !named.includes(folder));
  expect(missing).toEqual([]);
});

test("docs/architecture.md: every path that it names exists", () => {
  const paths = named.filter((name) => /^(src|test|docs)\//.test(name));
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
