import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod, mkdir, rm, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../../src/cli/run.ts";
import { tryProcessLock } from "../../src/database/mod.ts";
import { reelog, spawnReelog } from "../support/command_line.ts";
import { imageBody, importAsset, startServerAndOrigin } from "../support/imports.ts";
import { startOrigin } from "../support/origin.ts";
import { spawnServer } from "../support/server_process.ts";
import { eventsIn, filesIn, startTestServer, temporaryDirectory, until } from "../support/test_server.ts";

/** A directory for backups and what comes of them. */
async function shelf() {
  const path = await temporaryDirectory();
  return {
    at: (name: string) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

function blobsIn(dataDir: string): string[] {
  if (!existsSync(join(dataDir, "blobs"))) return [];
  return filesIn(join(dataDir, "blobs"));
}

describe("a backup", () => {
  test.each(["fs", "sqlite"])("of a running server with %s blobs is restored to the same answers", async (storage) => {
    await using place = await shelf();
    const env = { BLOB_STORAGE_TYPE: storage };
    await using both = await startServerAndOrigin(env);
    const { server, origin } = both;
    const asset = await importAsset(server.api, origin);
    const url = `${asset.url}`;
    const bytes = await (await server.get(url)).bytes();
    const list = (await server.api("GET", "/assets?status=all")).data;

    const spawned = async (dataDir: string, ...parameters: string[]) => {
      const child = Bun.spawn([process.execPath, join(import.meta.dir, "../../src/cli/main.ts"), ...parameters], {
        env: { ...env, DATA_DIR: dataDir, PATH: process.env.PATH ?? "" },
        stdout: "pipe",
        stderr: "pipe",
      });
      const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
      return { status: await child.exited, out, err };
    };
    const made = await spawned(server.config.dataDir, "backup", place.at("b"));
    expect(made).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^Backed up 4 events and 2 contents \(.*\) to /),
    });
    expect((await server.api("GET", "/assets")).status).toBe(200);

    const restored = await spawned(place.at("again"), "restore", place.at("b"));
    expect(restored).toMatchObject({ status: 0, out: expect.stringMatching(/^Restored 4 events and 2 contents /) });
    expect((await spawned(place.at("again"), "verify")).status).toBe(0);
    expect(filesIn(place.at("again")).join(" ")).not.toMatch(/partial|unfinished|tmp\//);
    await using other = await startTestServer({ DATA_DIR: place.at("again"), ...env });
    expect((await other.api("GET", "/assets?status=all")).data).toEqual(list);
    expect(await (await other.get(url)).bytes()).toEqual(bytes);
  });

  test("can be restored to another kind of storage", async () => {
    await using place = await shelf();
    await using both = await startServerAndOrigin();
    const asset = await importAsset(both.server.api, both.origin);
    await reelog(both.server.config.dataDir, "backup", place.at("b"));
    await using stack = new AsyncDisposableStack();
    const env = { DATA_DIR: place.at("again"), BLOB_STORAGE_TYPE: "sqlite" };
    const said: string[] = [];
    const output = { write: (text: string) => said.push(text) };
    expect(await run(["restore", place.at("b")], { env, stdout: output, stderr: output })).toBe(0);
    const other = stack.use(await startTestServer(env));
    expect((await other.get(`${asset.url}`)).status).toBe(200);
    expect(blobsIn(place.at("again"))).toEqual([]);
  });

  test("made while others write is of one moment, and whole", async () => {
    await using place = await shelf();
    await using both = await startServerAndOrigin();
    const { server, origin } = both;
    let isOver = false;
    const writing = (async () => {
      for (let n = 0; !isOver; n++) {
        const { id } = await importAsset(server.api, origin, { url: `${origin.url}/photo.${n % 2 ? "jpg" : "png"}` });
        if (n % 3 === 2) await server.api("DELETE", `/assets/${id}`);
      }
    })();
    await until(() => server.eventTypes().length > 8);
    for (const name of ["one", "two", "three"]) {
      expect(await reelog(server.config.dataDir, "backup", place.at(name))).toMatchObject({ status: 0 });
      expect(await reelog(place.at(name), "verify")).toMatchObject({ status: 0 });
    }
    isOver = true;
    await writing;
    const lengths = ["one", "two", "three"].map((name) => eventsIn(place.at(name)).length);
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
  });

  test("is not made where something is, nor within the data directory, nor where nothing can be written", async () => {
    await using place = await shelf();
    await using both = await startServerAndOrigin();
    await importAsset(both.server.api, both.origin);
    const { dataDir } = both.server.config;
    expect((await reelog(dataDir, "backup", place.at("b"))).status).toBe(0);
    const before = filesIn(place.at("b"));
    const again = await reelog(dataDir, "backup", place.at("b"));
    expect(again).toMatchObject({ status: 1, err: `Cannot back up to ${place.at("b")}: the directory is not empty\n` });
    expect(filesIn(place.at("b"))).toEqual(before);
    await Bun.write(place.at("file"), "x");
    await mkdir(place.at("mine"));
    await Bun.write(place.at("mine/notes.txt"), "mine");
    for (const name of ["file", "mine", "file/below"]) {
      expect(await reelog(dataDir, "backup", place.at(name))).toMatchObject({
        status: 1,
        err: expect.stringMatching(/^Cannot back up to .*\n$/),
      });
    }
    expect(await Bun.file(place.at("mine/notes.txt")).text()).toBe("mine");
    expect((await reelog(dataDir, "backup", join(dataDir, "backup"))).err).toContain("within the data directory");
    expect((await reelog(dataDir, "backup", dataDir)).err).toContain("within the data directory");
    expect((await reelog(dataDir, "backup")).status).toBe(2);
  });

  test("of a directory with a damaged or missing content names it, and leaves nothing", async () => {
    await using place = await shelf();
    await using both = await startServerAndOrigin();
    const { dataDir } = both.server.config;
    const { sha256 } = await importAsset(both.server.api, both.origin);
    const path = blobsIn(dataDir).find((name) => name.endsWith(String(sha256))) ?? "";
    await Bun.write(join(dataDir, "blobs", path), "something else");
    const damaged = await reelog(dataDir, "backup", place.at("b"));
    expect(damaged).toMatchObject({ status: 1, err: expect.stringContaining(`content ${sha256} is damaged`) });
    await unlink(join(dataDir, "blobs", path));
    const missing = await reelog(dataDir, "backup", place.at("b"));
    expect(missing.err).toContain(`Cannot back up: content ${sha256} is missing`);
    expect(filesIn(dirname(place.at("b")))).toEqual([]);
  });

  test("that was killed leaves the server as it is, and the next one to the same place is whole", async () => {
    await using place = await shelf();
    await using origin = await startOrigin();
    const dataDir = place.at("data");
    await using server = await spawnServer({ DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant });
    for (let n = 0; n < 20; n++) {
      origin.put(`/${n}.txt`, new TextEncoder().encode(`${n} `.repeat(50_000)));
      const body = imageBody(origin, { type: "document", url: `${origin.url}/${n}.txt` });
      expect((await server.api("POST", "/assets/from-url", body)).status).toBe(201);
    }
    const child = spawnReelog(dataDir, "backup", place.at("b"));
    await until(() => existsSync(place.at("b")) && blobsIn(place.at("b")).length > 2);
    child.kill("SIGKILL");
    await child.exited;
    expect(filesIn(place.at("b"))).not.toContain("backup.json");
    expect(await reelog(place.at("again"), "restore", place.at("b"))).toMatchObject({ status: 1 });
    expect(await reelog(dataDir, "backup", place.at("b"))).toMatchObject({ status: 0 });
    expect(await reelog(place.at("b"), "verify")).toMatchObject({ status: 0 });
    expect((await server.api("GET", "/assets")).status).toBe(200);
    expect(filesIn(dataDir).join(" ")).not.toMatch(/partial|unfinished|tmp\//);
  });
});

describe("a restore", () => {
  test("is refused where a server runs, where data is, and of what is no whole backup; nothing is changed", async () => {
    await using place = await shelf();
    await using both = await startServerAndOrigin();
    const { dataDir } = both.server.config;
    await importAsset(both.server.api, both.origin);
    await reelog(dataDir, "backup", place.at("b"));
    const before = filesIn(dataDir).filter((name) => !/-(wal|shm)$/.test(name));
    const there = await reelog(dataDir, "restore", place.at("b"));
    expect(there).toMatchObject({ status: 1, err: expect.stringContaining(`Cannot restore into ${dataDir}: `) });
    expect(filesIn(dataDir).filter((name) => !/-(wal|shm)$/.test(name))).toEqual(before);
    expect((await both.server.api("GET", "/assets")).status).toBe(200);
    for (const from of [place.at("nothing"), dataDir]) {
      const refused = await reelog(place.at("new"), "restore", from);
      expect(refused).toMatchObject({ status: 1, err: expect.stringContaining("holds no complete backup") });
    }
    expect(filesIn(dirname(place.at("b"))).some((name) => name.startsWith("new"))).toBe(false);
    expect((await reelog(place.at("new"), "restore")).status).toBe(2);
  });

  test("says that a server is running, also when that has no data yet", async () => {
    await using place = await shelf();
    await using both = await startServerAndOrigin();
    await reelog(both.server.config.dataDir, "backup", place.at("b"));
    await mkdir(place.at("locked"));
    using _lock = tryProcessLock(place.at("locked/server.lock"));
    const { err } = await reelog(place.at("locked"), "restore", place.at("b"));
    expect(err).toBe(`Cannot restore into ${place.at("locked")}: a server is running there\n`);
    expect(filesIn(place.at("locked"))).toEqual(
      ["server.lock", "server.lock-journal"].slice(0, filesIn(place.at("locked")).length),
    );
  });

  test("of a backup whose log or contents were changed is refused, and leaves nothing", async () => {
    await using place = await shelf();
    await using both = await startServerAndOrigin();
    const { sha256 } = await importAsset(both.server.api, both.origin);
    const [log, contents] = [place.at("log"), place.at("contents")];
    for (const to of [log, contents]) await reelog(both.server.config.dataDir, "backup", to);
    {
      using db = new Database(join(log, "reelog.db"));
      for (const { name } of db
        .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .all()) {
        db.run(`DROP TRIGGER ${name}`);
      }
      db.run("UPDATE events SET data = replace(data, 'Bottle', 'Battle') WHERE position = 1");
    }
    const changed = await reelog(place.at("new"), "restore", log);
    expect(changed).toMatchObject({ status: 1, err: expect.stringContaining("event 1 (AssetRequested, version 1 of") });
    const path = join(contents, "blobs", blobsIn(contents).find((name) => name.endsWith(String(sha256))) ?? "");
    await chmod(path, 0o600);
    await Bun.write(path, "something else");
    const damaged = await reelog(place.at("new"), "restore", contents);
    expect(damaged).toMatchObject({ status: 1, err: expect.stringContaining(`content ${sha256} is damaged`) });
    expect(filesIn(dirname(log)).filter((name) => name.startsWith("new"))).toEqual([]);
  });
});
