import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sweepOrphans } from "../../src/blobs/mod.ts";
import { read, STORES, sha256Of } from "./stores.ts";

/** Stores "whole", says so, and is killed in the middle of a second write. */
const CHILD = `
  const { openBlobStore } = await import(process.argv[1]);
  const blobs = await openBlobStore(process.argv[2], process.argv[3], { useOf: () => "unnamed" });
  async function* whole() { yield new TextEncoder().encode("whole"); }
  await blobs.write(whole(), { maxBytes: 100 });
  async function* half() {
    for (let i = 0; i < 5; i++) yield new Uint8Array(1024 * 1024).fill(i);
    console.log("half");
    await new Promise(() => setInterval(() => {}, 1000));
  }
  await blobs.write(half(), { maxBytes: 1e9 });
`;

describe.each(Object.entries(STORES))("after a kill -9 in the middle of a write, the %s store", (type, open) => {
  test("has what was complete, nothing of the rest, and no temporary file once it is swept", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "reelog-crash-"));
    try {
      const door = join(import.meta.dir, "../../src/blobs/mod.ts");
      const child = Bun.spawn(["bun", "-e", CHILD, door, type, dataDir], { stdout: "pipe" });
      await child.stdout.getReader().read();
      child.kill("SIGKILL");
      await child.exited;

      const whole = sha256Of("whole");
      await using blobs = await open(dataDir, { useOf: (sha256) => (sha256 === whole ? "needed" : "unnamed") });
      const swept = await sweepOrphans({ blobs, trashMs: 0, olderThanMs: 0 });
      expect(swept).toMatchObject({ trashed: 0, erased: 0, temporary: 1 });
      expect(await read(blobs, whole)).toEqual(new TextEncoder().encode("whole"));
      expect(await blobs.cleanTemporary()).toBe(0);
      expect(await Array.fromAsync(blobs.list())).toMatchObject([{ sha256: whole, sizeBytes: 5 }]);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
