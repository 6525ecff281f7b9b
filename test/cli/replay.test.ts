import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assetStream } from "../../src/assets/events.ts";
import { createCatalogue, databasePath, openStore, type Store } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { assetsHistory } from "../histories/assets.ts";
import { randomOf } from "../histories/mod.ts";
import { reelog } from "../support/command_line.ts";
import { startOrigin } from "../support/origin.ts";
import { spawnServer } from "../support/server_process.ts";
import { until } from "../support/until.ts";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");

function temporaryDirectory() {
  const dataDir = mkdtempSync(join(tmpdir(), "reelog-cli-"));
  return { dataDir, [Symbol.dispose]: () => rmSync(dataDir, { recursive: true, force: true }) };
}

const ALL = allProjections.map(({ name }) => name).join(", ");

/** A data directory with a history, and its store until it is closed. */
async function temporaryHistory() {
  const directory = temporaryDirectory();
  const { dataDir } = directory;
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  await assetsHistory(store.log, randomOf(7));
  return {
    dataDir,
    store,
    [Symbol.dispose]() {
      store.close();
      directory[Symbol.dispose]();
    },
  };
}

function rows(store: Store): unknown[] {
  return store.db.query("SELECT * FROM assets ORDER BY id").all();
}

describe("the command line", () => {
  test.each([
    [["--help"], 0, "Usage: reelog"],
    [["replay", "--help"], 0, "--verify"],
    [[], 2, "Usage: reelog"],
    [["nope"], 2, "unknown command 'nope'"],
    [["replay", "--nope"], 2, "unknown option '--nope'"],
    [["replay", "everything"], 2, "too many arguments"],
    [["replay", "--projection"], 2, "argument missing"],
    [["replay", "--projection", "nope"], 2, "Cannot replay 'nope': the projections are idempotency_keys, assets"],
    [["replay", "--verify", "--projection", "assets", "--projection", "; --"], 2, "Cannot replay '; --'"],
    [["replay"], 1, "Cannot find a database in"],
    [["replay", "--verify"], 1, "Cannot find a database in"],
    [["sweep"], 1, "Cannot find a database in"],
  ] as const)("reelog %j ends with status %p and says: %s", async (parameters, status, sentence) => {
    using directory = temporaryDirectory();
    const said = await reelog(join(directory.dataDir, "none"), ...parameters);
    expect(said.status).toBe(status);
    expect(`${said.out}${said.err}`).toContain(sentence);
    expect(status === 0 ? said.err : said.out).toBe("");
  });

  test("says in one sentence that a file is no database", async () => {
    using directory = temporaryDirectory();
    writeFileSync(databasePath(directory.dataDir), "This is a text, and no database. ".repeat(50));
    for (const command of [["replay"], ["replay", "--verify"], ["sweep"]]) {
      const { status, err } = await reelog(directory.dataDir, ...command);
      expect(status).toBe(1);
      expect(err).toMatch(/^Cannot open the database .*reelog\.db: file is not a database\n$/);
    }
  });

  test("gives its status to the shell", async () => {
    using directory = temporaryDirectory();
    const env = { ...process.env, DATA_DIR: directory.dataDir };
    const statuses = [["--help"], ["replay"], ["nope"]].map(
      (parameters) => Bun.spawnSync([process.execPath, MAIN, ...parameters], { env }).exitCode,
    );
    expect(statuses).toEqual([0, 1, 2]);
  });
});

describe("reelog replay", () => {
  test("builds the read tables again, all or the named ones, and counts the events", async () => {
    using at = await temporaryHistory();
    const before = rows(at.store);
    const events = await at.store.log.head();
    at.store.db.run("UPDATE assets SET name = 'wrong'; DELETE FROM asset_tags");
    const clients = await reelog(at.dataDir, "replay", "--projection", "clients");
    expect(clients).toMatchObject({
      status: 0,
      out: expect.stringContaining(`Replayed ${events} events into clients`),
    });
    expect(rows(at.store)).not.toEqual(before);
    const all = await reelog(at.dataDir, "replay");
    expect(all).toMatchObject({
      status: 0,
      out: expect.stringContaining(`into ${ALL}`),
    });
    expect(all.err).toContain(`Replaying: ${events} of ${events} events`);
    expect(rows(at.store)).toEqual(before);
  });

  test("--verify names the first differences, exits 1 and changes nothing", async () => {
    using at = await temporaryHistory();
    expect(await reelog(at.dataDir, "replay", "--verify")).toMatchObject({
      status: 0,
      out: expect.stringContaining(`every row of ${ALL} is as the log says`),
    });
    at.store.db.run("UPDATE assets SET name = 'x\ny' WHERE id = (SELECT min(id) FROM assets)");
    at.store.db.run("DELETE FROM idempotency_keys WHERE key = '3'");
    const before = rows(at.store);
    const { status, out, err } = await reelog(at.dataDir, "replay", "--verify");
    expect(status).toBe(1);
    expect(out).toMatch(/^assets: row id=\d+ is changed: name is "x\\ny", by the log "/m);
    expect(out).toContain("idempotency_keys: row owner=ann, key=3 is missing");
    expect(err).toContain("Cannot confirm idempotency_keys, assets: rows differ from the log");
    expect(rows(at.store)).toEqual(before);
    expect((await reelog(at.dataDir, "replay", "--verify", "--projection", "clients")).status).toBe(0);
  });

  test("shows a bar to a person at a terminal", async () => {
    using at = await temporaryHistory();
    let shown = "";
    const child = Bun.spawn([process.execPath, MAIN, "replay"], {
      env: { ...process.env, DATA_DIR: at.dataDir },
      terminal: {
        cols: 120,
        rows: 30,
        data(_terminal, data) {
          shown += new TextDecoder().decode(data);
        },
      },
    });
    expect(await child.exited).toBe(0);
    await until(() => shown.includes("Replayed"));
    expect(shown).toMatch(/Replaying .*█.*100%/);
    expect(shown).not.toContain("Replaying: ");
  });

  test("asks no origin for anything, and leaves what is to be done as it was", async () => {
    using at = await temporaryHistory();
    const requests: string[] = [];
    await using origin = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => {
        requests.push(request.url);
        return new Response("x");
      },
    });
    const source = { kind: "url", url: `${origin.url}` };
    const data = { name: "pending", type: null, source, clientId: null, campaignId: null, tags: [] };
    const requested = { type: "AssetRequested", schemaVersion: 1, data };
    const metadata = { owner: "ann", actor: "test" };
    await at.store.log.append({ stream: assetStream("pending"), expected: "none", events: [requested] }, metadata);
    const todo = () => at.store.db.query("SELECT * FROM assets_to_ingest ORDER BY asset_id").all();
    const before = todo();
    const child = Bun.spawn([process.execPath, MAIN, "replay"], {
      env: { ...process.env, DATA_DIR: at.dataDir, ALLOWED_ASSET_DOMAINS: `127.0.0.1:${origin.port}` },
      stderr: "ignore",
      stdout: "ignore",
    });
    expect(await child.exited).toBe(0);
    expect(todo()).toEqual(before);
    expect(before).toContainEqual(expect.objectContaining({ asset_id: "pending" }));
    expect(requests).toEqual([]);
  });

  test("and sweep work beside a running server, which goes on", async () => {
    using directory = temporaryDirectory();
    const { dataDir } = directory;
    await using origin = await startOrigin();
    await using server = await spawnServer({ DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant });
    const add = async (name: string) => {
      const asset = { name, type: "image", url: `${origin.url}/photo.jpg` };
      expect((await server.api("POST", "/assets/from-url", asset)).status).toBe(201);
    };
    await add("before");
    expect((await reelog(dataDir, "replay")).status).toBe(0);
    await add("after");
    expect(await reelog(dataDir, "sweep")).toMatchObject({
      status: 0,
      out: expect.stringContaining("Moved 0 contents (0 bytes)"),
    });
    expect((await reelog(dataDir, "replay", "--verify")).status).toBe(0);
    const list = await server.api("GET", "/assets");
    expect(list.data).toMatchObject([{ name: "after" }, { name: "before" }]);
  });
});
