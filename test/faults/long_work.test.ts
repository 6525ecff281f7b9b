import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AssetRequested, assetStream, BlobStored } from "../../src/assets/events.ts";
import { createCatalogue, openStore, type StreamWrite } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { reelog, spawnReelog } from "../support/command_line.ts";
import { spawnServer } from "../support/server_process.ts";
import { temporaryDirectory, until } from "../support/test_server.ts";

const EVENTS = 16_000;

/** A directory with a log so long that work on it can be interrupted. */
async function longLog() {
  const dataDir = await temporaryDirectory();
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  const place = { clientId: null, campaignId: null, tags: [] };
  const source = { kind: "url", url: "https://x.test/" } as const;
  for (let start = 0; start < EVENTS / 2; start += 1_000) {
    const writes = Array.from({ length: 1_000 }, (_, offset): StreamWrite => {
      const sha256 = new Bun.CryptoHasher("sha256").update(`${start + offset}`).digest("hex");
      const blob = { blobId: sha256, sha256, sizeBytes: 1, sentContentType: null };
      const events = [AssetRequested.of({ name: "a", type: null, source, ...place }), BlobStored.of(blob)];
      return { stream: assetStream(`${start + offset}`), expected: "none", events };
    });
    await store.log.append(writes, { owner: "local", actor: "test" });
  }
  // Settled, so that no worker has anything to do.
  store.db.run("DELETE FROM assets_to_ingest");
  store.close();
  return { dataDir, [Symbol.dispose]: () => rmSync(dataDir, { recursive: true, force: true }) };
}

function tablesOf(dataDir: string): unknown[] {
  using db = new Database(join(dataDir, "reelog.db"), { readonly: true });
  db.run("PRAGMA busy_timeout = 5000");
  return db.query("SELECT name FROM sqlite_master WHERE type = 'table'").values().flat();
}

const LOG = ["--only", "chain", "--only", "projections"];

describe("what takes long and is killed", () => {
  test("in mid-replay leaves the old rows, and the next replay is whole", async () => {
    using log = await longLog();
    const { dataDir } = log;
    for (const pauseMs of [0, 80]) {
      const child = spawnReelog(dataDir, "replay");
      await until(
        () => child.exitCode !== null || tablesOf(dataDir).some((name) => String(name).endsWith("__rebuild")),
      );
      await Bun.sleep(pauseMs);
      child.kill("SIGKILL");
      await child.exited;
    }
    const rows = () => {
      using db = new Database(join(dataDir, "reelog.db"), { readonly: true });
      return db.query("SELECT count(*) FROM assets").values().flat();
    };
    expect(rows()).toEqual([EVENTS / 2]);
    expect(await reelog(dataDir, "replay")).toMatchObject({ status: 0 });
    expect(rows()).toEqual([EVENTS / 2]);
    expect(await reelog(dataDir, "verify", ...LOG)).toMatchObject({ status: 0 });
    expect(tablesOf(dataDir).filter((name) => String(name).endsWith("__rebuild"))).toEqual([]);
  });

  test("in mid-migration leaves the old database, and the next start migrates it", async () => {
    using log = await longLog();
    const { dataDir } = log;
    {
      // As it was before there was a hash chain.
      using db = new Database(join(dataDir, "reelog.db"));
      db.run("DROP TABLE event_hashes; DELETE FROM schema_migrations WHERE tag = '0005_event_hashes'");
    }
    const copy = `${dataDir}-copy`;
    for (const aliveMs of [250, 400]) {
      cpSync(dataDir, copy, { recursive: true });
      const killed = spawnReelog(copy, "replay");
      await Bun.sleep(aliveMs);
      killed.kill("SIGKILL");
      await killed.exited;
      expect(await reelog(copy, "replay")).toMatchObject({ status: 0 });
      expect(await reelog(copy, "verify", ...LOG)).toMatchObject({
        status: 0,
        out: expect.stringContaining(`chain: ${EVENTS} events, none changed, removed or put in`),
      });
      rmSync(copy, { recursive: true });
    }
  });

  test("during a start is taken up by the next one", async () => {
    using log = await longLog();
    const { dataDir } = log;
    {
      using db = new Database(join(dataDir, "reelog.db"));
      db.run("UPDATE projection_checkpoints SET version = 0");
    }
    const killed = Bun.spawn([process.execPath, join(import.meta.dir, "../../src/main.ts")], {
      env: { PATH: process.env.PATH ?? "", DATA_DIR: dataDir, PORT: "0", ALLOWED_ASSET_DOMAINS: "127.0.0.1:9" },
      stdout: "ignore",
      stderr: "ignore",
    });
    await until(() => tablesOf(dataDir).some((name) => String(name).endsWith("__rebuild")));
    killed.kill("SIGKILL");
    await killed.exited;
    await using server = await spawnServer({ DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: "127.0.0.1:9" });
    expect((await server.api("GET", "/assets?status=all")).meta.total).toBe(EVENTS / 2);
  });
});
