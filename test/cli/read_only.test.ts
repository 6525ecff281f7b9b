import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createOldBackend } from "../legacy/old_backend.ts";
import { jsonLines, reelog } from "../support/command_line.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { CAN_KEEP_FROM_WRITING, checkpoint, readOnlyCopy } from "../support/read_only.ts";
import { eventsIn, filesIn, temporaryDirectory } from "../support/test_server.ts";

if (!CAN_KEEP_FROM_WRITING)
  console.info("test/cli/read_only.test.ts is skipped: it takes a user other than root, or root with `setpriv`");

describe.skipIf(!CAN_KEEP_FROM_WRITING).each(["fs", "sqlite"])(
  "a read-only data directory with %s blobs",
  (storage) => {
    const env = { BLOB_STORAGE_TYPE: storage };
    let dataDir = "";
    beforeAll(async () => {
      dataDir = await temporaryDirectory();
      {
        await using both = await startServerAndOrigin({ ...env, DATA_DIR: dataDir });
        await importAsset(both.server.api, both.origin);
      }
      expect((await reelog(dataDir, "keys", "create", "--owner", "ann")).status).toBe(0);
      checkpoint(dataDir);
    });
    afterAll(() => rm(dataDir, { recursive: true, force: true }));

    test.each([
      ["verify", [], /^chain: 5 events.*\nprojections: .*\nblobs: 2 contents/],
      ["replay", ["--verify"], /^Verified 5 events: /],
      ["events", ["--json"], /"type":"BlobStored"/],
      ["streams", ["--json"], /"stream":"asset-/],
      ["stats", ["--json"], /"events":5/],
      ["keys", ["list"], /\n[0-9a-f-]{36} +ann /],
    ])("reelog %s: works and leaves no file", async (command, parameters, text) => {
      await using copy = await readOnlyCopy(dataDir);
      const before = filesIn(copy.path);
      const { status, out, err } = await copy.reelog([command, ...parameters], env);
      expect({ status, err: status === 0 ? "" : err }).toEqual({ status: 0, err: "" });
      expect(out).toMatch(text);
      expect(filesIn(copy.path)).toEqual(before);
    });

    test("reelog backup and restore: work with a source that is read-only, and what they make can be written to", async () => {
      await using copy = await readOnlyCopy(dataDir);
      const to = await temporaryDirectory();
      const [backup, restored] = [join(to, "backup"), join(to, "restored")];
      expect(await copy.reelog(["backup", backup], env)).toMatchObject({ status: 0 });
      await using medium = await readOnlyCopy(backup);
      expect(await medium.reelog(["restore", medium.path], { ...env, DATA_DIR: restored })).toMatchObject({
        status: 0,
      });
      expect(await medium.reelog(["keys", "create", "--owner", "bob"], { ...env, DATA_DIR: restored })).toMatchObject({
        status: 0,
      });
      expect(eventsIn(restored)).toHaveLength(6);
      await rm(to, { recursive: true, force: true });
    });
  },
);

describe.skipIf(!CAN_KEEP_FROM_WRITING)("a read-only copy of the directory of a running server", () => {
  test("reelog events: reads what is only in the journal", async () => {
    await using both = await startServerAndOrigin();
    await importAsset(both.server.api, both.origin);
    await using copy = await readOnlyCopy(both.server.config.dataDir, { journals: ["-wal", "-shm"] });
    const { status, out } = await copy.reelog(["events", "--json"]);
    expect(status).toBe(0);
    expect(jsonLines(out).map(({ type }) => type)).toEqual(both.server.eventTypes());
  }, 180_000);

  test("reelog: refuses to leave out what is only in the journal, and says what to do", async () => {
    await using both = await startServerAndOrigin();
    await importAsset(both.server.api, both.origin);
    await using copy = await readOnlyCopy(both.server.config.dataDir, { journals: ["-wal"] });
    const to = `${copy.path}-backup`;
    for (const command of [["verify"], ["events"], ["backup", to]]) {
      const { status, out, err } = await copy.reelog(command);
      expect({ status, out }).toEqual({ status: 1, out: "" });
      expect(err).toContain("-wal cannot be read, because its directory cannot be written to; copy the directory");
    }
    expect(existsSync(to)).toBe(false);
  }, 300_000);

  test("reelog import-legacy: plays the journal of a read-only file back on a copy", async () => {
    const directory = await temporaryDirectory();
    const old = createOldBackend(directory, "oldest");
    old.db.run("PRAGMA journal_mode = WAL");
    old.insert("clients", { id: "late", name: "Late" });
    await using copy = await readOnlyCopy(directory, { journals: ["-wal"] });
    const { status, out, err } = await copy.reelog(["import-legacy", "--dry-run", join(copy.path, "old.db")]);
    expect(err).toContain("unfinished journal");
    expect(status).toBe(0);
    expect(out).toMatch(/clients +1 /);
    old.close();
    await rm(directory, { recursive: true, force: true });
  });
});
