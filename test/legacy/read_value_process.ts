import { openOldFile } from "../../src/legacy/mod.ts";

/** The peak of this process so far, in bytes. */
async function peak(): Promise<number> {
  const status = await Bun.file("/proc/self/status").text();
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}

// Reads one large value of an old file and says how much memory that took at its peak, and the hash of what it read.
const [path = ""] = process.argv.slice(2);
await using old = await openOldFile(path);
old.tables.bytes({ table: "blobs", column: "data" }, "id", "small");
const before = await peak();
const hash = new Bun.CryptoHasher("sha256");
for await (const piece of old.tables.bytes({ table: "blobs", column: "data" }, "id", "large")?.read() ?? []) {
  hash.update(piece);
}
process.stdout.write(JSON.stringify({ grownBytes: (await peak()) - before, sha256: hash.digest("hex") }));
