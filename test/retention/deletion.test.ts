import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { rename, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { createRetention, indexContents } from "../../src/retention/mod.ts";
import { allEvents, retentionRules } from "../../src/server/registry.ts";
import { readAsset } from "../support/answer.ts";
import { reelog } from "../support/command_line.ts";
import { form, importAsset } from "../support/imports.ts";
import { act, readyJob, waitForStatus } from "../support/jobs.ts";
import { startOrigin } from "../support/origin.ts";
import { filesIn, startTestServer, temporaryDirectory, until } from "../support/test_server.ts";

/** The stored contents of a data directory, and those in its trash. */
function contentsIn(dataDir: string): { stored: string[]; trashed: string[] } {
  const files = filesIn(dataDir).filter((name) => /\/[0-9a-f]{64}$/.test(name));
  const names = (folder: string) => files.filter((name) => name.startsWith(folder)).map((name) => name.slice(-64));
  return { stored: names("blobs/").toSorted(), trashed: names("trash/").toSorted() };
}

function tamper(dataDir: string, ...statements: string[]): void {
  using db = new Database(join(dataDir, "reelog.db"), { strict: true });
  for (const statement of statements) db.run(statement);
}

const HOUR_S = 3_600;

describe("deletion", () => {
  test("keeps every content that the log names when the read tables say that none is needed", async () => {
    await using origin = await startOrigin();
    const dataDir = await temporaryDirectory();
    const env = { DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant, TRASH_HOURS: "0" };
    const urls: string[] = [];
    {
      await using server = await startTestServer(env);
      const image = await importAsset(server.api, origin);
      const text = await server.api("POST", "/assets", form(new File(["words"], "notes.txt")));
      expect(text.status).toBe(201);
      const job = await readyJob(server.api);
      expect((await act(server.api, job, { action: "approve" })).status).toBe(202);
      await waitForStatus(server.api, job, "completed");
      urls.push(image.url ?? "", image.thumbnailUrl ?? "", `/api/v3/jobs/${job.id}/video`);
    }
    const before = contentsIn(dataDir);
    expect(before.stored.length).toBeGreaterThanOrEqual(5);
    tamper(dataDir, "DELETE FROM assets", "DELETE FROM jobs");
    {
      await using server = await startTestServer(env);
      expect((await reelog(dataDir, "sweep")).status).toBe(0);
      expect(contentsIn(dataDir)).toEqual(before);
      expect((await reelog(dataDir, "replay")).status).toBe(0);
      for (const url of urls) expect((await server.get(url)).status).toBe(200);
    }
    expect((await reelog(dataDir, "verify")).status).toBe(0);
    await rm(dataDir, { recursive: true, force: true });
  });

  test("is undone when an older log is put in place and the newer one comes back", async () => {
    await using origin = await startOrigin();
    const dataDir = await temporaryDirectory();
    const env = { DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant };
    const newer = join(dataDir, "newer");
    let url = "";
    {
      await using server = await startTestServer(env);
      expect((await reelog(dataDir, "backup", `${dataDir}-backup`)).status).toBe(0);
      url = (await importAsset(server.api, origin)).url ?? "";
    }
    const before = contentsIn(dataDir).stored;
    const companions = ["", "-wal", "-shm"].filter((end) => existsSync(join(dataDir, `reelog.db${end}`)));
    for (const end of companions) await rename(join(dataDir, `reelog.db${end}`), `${newer}${end}`);
    await Bun.write(join(dataDir, "reelog.db"), Bun.file(join(`${dataDir}-backup`, "reelog.db")));
    await (await startTestServer(env)).stop();
    expect(contentsIn(dataDir)).toEqual({ stored: [], trashed: before });
    for (const end of ["-wal", "-shm"]) await rm(join(dataDir, `reelog.db${end}`), { force: true });
    for (const end of companions) await rename(`${newer}${end}`, join(dataDir, `reelog.db${end}`));
    {
      await using server = await startTestServer(env);
      expect((await server.get(url)).status).toBe(200);
    }
    expect(contentsIn(dataDir)).toEqual({ stored: before, trashed: [] });
    await rm(dataDir, { recursive: true, force: true });
    await rm(`${dataDir}-backup`, { recursive: true, force: true });
  });

  test("moves the bytes of a deleted asset to the trash, from which they leave the disk a day later", async () => {
    await using origin = await startOrigin();
    await using server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant });
    const { dataDir } = server.config;
    const asset = await importAsset(server.api, origin);
    const before = contentsIn(dataDir).stored;
    await server.api("DELETE", `/assets/${asset.id}`);
    await until(() => contentsIn(dataDir).trashed.length === before.length);
    expect(contentsIn(dataDir)).toEqual({ stored: [], trashed: before });
    expect((await server.get(asset.url ?? "")).status).toBe(404);
    for (const { hours, left } of [
      { hours: 0, left: before },
      { hours: 23, left: before },
      { hours: 25, left: [] },
    ]) {
      const then = Date.now() / 1000 - hours * HOUR_S;
      for (const name of before) await utimes(join(dataDir, "trash", name), then, then);
      expect((await reelog(dataDir, "sweep")).status).toBe(0);
      expect(contentsIn(dataDir).trashed).toEqual(left);
    }
  });

  test("erases the oldest of the trash early when it is too large, whoever uploads and deletes in a loop", async () => {
    await using server = await startTestServer({ TRASH_MB: "0.0625" });
    const { dataDir } = server.config;
    const hashes: string[] = [];
    for (let round = 0; round < 40; round++) {
      const added = await server.api("POST", "/assets", form(new File([`${round} `.repeat(2_000)], "notes.txt")));
      const { id, sha256 } = readAsset(added);
      hashes.push(sha256 ?? "");
      await server.api("DELETE", `/assets/${id}`);
      await until(() => contentsIn(dataDir).stored.length === 0);
      await until(() => contentsIn(dataDir).trashed.length <= 16);
    }
    const { trashed } = contentsIn(dataDir);
    expect(trashed).toContain(hashes.at(-1) ?? "");
    expect(trashed).not.toContain(hashes[0] ?? "");
  });

  test("of nothing while an event that may name a content is damaged", async () => {
    await using origin = await startOrigin();
    await using server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant });
    const { dataDir } = server.config;
    const { sha256 } = await importAsset(server.api, origin);
    using db = new Database(join(dataDir, "reelog.db"), { strict: true });
    using retention = createRetention(db, retentionRules);
    const { useOf } = retention;
    expect([useOf(sha256 ?? ""), useOf("0".repeat(64))]).toEqual(["needed", "unnamed"]);
    db.run("DROP TRIGGER events_refuse_update");
    db.run("UPDATE events SET data = 'rubbish' WHERE type = 'BlobStored'");
    expect(useOf("0".repeat(64))).toBe("needed");
  });

  test("is decided by a look into an index of the log", async () => {
    await using origin = await startOrigin();
    await using server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant });
    using db = new Database(join(server.config.dataDir, "reelog.db"), { strict: true });
    indexContents(db, allEvents);
    const indexes = db
      .query<{ sql: string }, []>("SELECT sql FROM sqlite_master WHERE name GLOB 'events_by_content_*'")
      .all();
    expect(indexes.length).toBeGreaterThan(2);
    const plans = indexes.map(({ sql }) => {
      const [, hash, of] = /ON events \((.*)\) WHERE (.*)$/s.exec(sql) ?? [];
      const plan = `EXPLAIN QUERY PLAN SELECT 1 FROM events WHERE ${of} AND ${hash} = ?`;
      return JSON.stringify(db.query(plan).all("x"));
    });
    expect(plans).toEqual(indexes.map(() => expect.stringContaining("USING INDEX events_by_content")));
    expect(existsSync(join(server.config.dataDir, "trash"))).toBe(false);
  });
});
