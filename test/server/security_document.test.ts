import { expect, test } from "bun:test";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");

test("every proof that SECURITY.md names is there, and every threat has one", async () => {
  const text = await Bun.file(join(ROOT, "SECURITY.md")).text();
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && !/^\| (threat|---)/.test(line));
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    const proofs = [...(row.split(" | ").at(-1) ?? "").matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path);
    expect({ row, proofs: proofs.length }).not.toEqual({ row, proofs: 0 });
    for (const path of proofs)
      expect({ path, exists: await Bun.file(join(ROOT, path)).exists() }).toEqual({ path, exists: true });
  }
});
