import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFsBlobStore } from "../../src/blobs/mod.ts";
import { run } from "../../src/cli/run.ts";
import { tryProcessLock } from "../../src/database/mod.ts";
import { createCatalogue, openStore } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";

async function temporaryOrphan() {
  const dataDir = mkdtempSync(join(tmpdir(), "reelog-cli-"));
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  store.close();
  await using blobs = await openFsBlobStore(dataDir, { useOf: () => "unnamed" });
  const staged = await blobs.write(new Blob(["orphan"]).stream(), { maxBytes: 100 });
  staged.release();
  return { dataDir, [Symbol.dispose]: () => rmSync(dataDir, { recursive: true, force: true }) };
}

async function sweep(dataDir: string) {
  const out: string[] = [];
  const write = (text: string) => out.push(text);
  const status = await run(["sweep"], { env: { DATA_DIR: dataDir }, stdout: { write }, stderr: { write } });
  return { status, out: out.join("") };
}

describe("reelog sweep", () => {
  test("trashes what the log does not need", async () => {
    using at = await temporaryOrphan();
    const removed =
      "Moved 1 contents (6 bytes) to the trash, removed 0 temporary files and erased 0 contents (0 bytes) from the trash\n";
    expect(await sweep(at.dataDir)).toEqual({ status: 0, out: removed });
    expect((await sweep(at.dataDir)).out).toContain("Moved 0 contents");
  });

  test("leaves the last hour alone while a server has the directory", async () => {
    using at = await temporaryOrphan();
    using _server = tryProcessLock(join(at.dataDir, "server.lock"));
    const { status, out } = await sweep(at.dataDir);
    expect(status).toBe(0);
    expect(out).toContain("Moved 0 contents");
    expect(out).toContain("because a server is running");
  });
});
