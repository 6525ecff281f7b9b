import { expect, test } from "bun:test";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };

const ROOT = join(import.meta.dir, "../..");

test("every dependency is of one exact version", () => {
  for (const [name, version] of Object.entries({ ...packageJson.dependencies, ...packageJson.devDependencies })) {
    expect({ name, version }).toEqual({ name, version: expect.stringMatching(/^(npm:[^@]+@)?\d+\.\d+\.\d+$/) });
  }
});

test("every package of the lockfile comes from the registry and has a SHA-512", async () => {
  // The lockfile is JSON with trailing commas.
  const lockfile = Object(Bun.JSONC.parse(await Bun.file(join(ROOT, "bun.lock")).text()));
  const entries = Object.entries<readonly unknown[]>(lockfile.packages);
  expect(entries.length).toBeGreaterThan(100);
  for (const [name, [resolved, registry, , integrity]] of entries) {
    expect({ name, resolved, registry, integrity }).toEqual({
      name,
      resolved: expect.stringMatching(/^(@[^@/]+\/)?[^@/]+@\d+\.\d+\.\d+/),
      registry: "",
      integrity: expect.stringMatching(/^sha512-[A-Za-z0-9+/]{86}==$/),
    });
  }
});

test("no dependency may run a script when it is installed", () => {
  // Without the field, the package manager has a list of its own of whom it trusts.
  expect(packageJson.trustedDependencies).toEqual([]);
});

test("a production install: has every package that the server imports, and none of development", async () => {
  expect(packageJson.scripts.start).toStartWith("bun install --frozen-lockfile --production --omit=peer &&");
  const { dependencies, optionalDependencies } = packageJson;
  const known = new Set(Object.keys({ ...dependencies, ...optionalDependencies }));
  const missing = new Set<string>();
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  for await (const file of new Bun.Glob("src/**/*.ts").scan(ROOT)) {
    const source = (await Bun.file(join(ROOT, file)).text()).replace(/^#!.*/, "");
    for (const { path } of transpiler.scanImports(source)) {
      const [name = ""] = /^(@[^/]+\/)?[^/]+/.exec(path) ?? [];
      if (!/^([./]|node:|bun(:|$))/.test(path) && !known.has(name)) missing.add(`${file}: ${name}`);
    }
  }
  expect([...missing]).toEqual([]);
});
