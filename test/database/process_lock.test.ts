import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, tryProcessLock } from "../../src/database/mod.ts";
import { databasePath } from "../../src/event_log/mod.ts";

function temporaryDirectory() {
  const path = mkdtempSync(join(tmpdir(), "reelog-database-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

function start(...parameters: string[]) {
  const command = [process.execPath, join(import.meta.dir, "process.ts"), ...parameters];
  const child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return {
    child,
    said: async () => (await reader.read()).value?.trim(),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

describe("a lock between processes", () => {
  test("has one holder at a time, also within one process", () => {
    using at = temporaryDirectory();
    const path = join(at.path, "deep/down/x.lock");
    const first = tryProcessLock(path);
    expect(first).not.toBeNull();
    expect(tryProcessLock(path)).toBeNull();
    first?.release();
    first?.release();
    using second = tryProcessLock(path);
    expect(second).not.toBeNull();
  });

  test("is seen by other processes until it is released", async () => {
    using at = temporaryDirectory();
    const path = join(at.path, "x.lock");
    await using other = start("lock", path);
    expect(await other.said()).toBe("held");
    expect(tryProcessLock(path)).toBeNull();
    other.child.stdin.write("release\n");
    await other.child.stdin.flush();
    expect(await other.said()).toBe("released");
    using mine = tryProcessLock(path);
    expect(mine).not.toBeNull();
    await using third = start("lock", path);
    expect(await third.said()).toBe("taken");
  });

  test("is free again when its holder is killed", async () => {
    using at = temporaryDirectory();
    const path = join(at.path, "x.lock");
    await using other = start("lock", path);
    expect(await other.said()).toBe("held");
    other.child.kill("SIGKILL");
    await other.child.exited;
    using lock = tryProcessLock(path);
    expect(lock).not.toBeNull();
  });
});

describe("a data directory", () => {
  test("is made once when four processes start on it together", async () => {
    using at = temporaryDirectory();
    const dataDir = join(at.path, "data");
    const processes = Array.from({ length: 4 }, () => start("open", dataDir));
    for (const { child, said } of processes) {
      expect(await said()).toBe("opened");
      expect(await child.exited).toBe(0);
      expect(await new Response(child.stderr).text()).toBe("");
    }
    const db = openDatabase(databasePath(dataDir), { readonly: true });
    expect(db.query("PRAGMA integrity_check").values()).toEqual([["ok"]]);
    db.close();
  });

  test("is readable for its owner alone", () => {
    using at = temporaryDirectory();
    const path = join(at.path, "data/reelog.db");
    const db = openDatabase(path);
    db.run("CREATE TABLE a (x)");
    for (const file of ["", "-wal", "-shm"]) expect(statSync(`${path}${file}`).mode & 0o077).toBe(0);
    expect(statSync(join(at.path, "data")).mode & 0o077).toBe(0);
    db.close();
  });
});

describe("an opened database", () => {
  test("has the settings that the log relies on", () => {
    using at = temporaryDirectory();
    const db = openDatabase(join(at.path, "x.db"));
    const setting = (name: string) => db.query(`PRAGMA ${name}`).values().flat()[0];
    expect(setting("journal_mode")).toBe("wal");
    expect(setting("synchronous")).toBe(2);
    expect(setting("foreign_keys")).toBe(1);
    expect(setting("busy_timeout")).toBe(10_000);
    expect(() => db.query("SELECT $missing").get({})).toThrow();
    db.close();
  });

  test("refuses to write when it was opened to read", () => {
    using at = temporaryDirectory();
    const path = join(at.path, "x.db");
    const db: Database = openDatabase(path);
    db.run("CREATE TABLE a (x)");
    const reader = openDatabase(path, { readonly: true });
    expect(() => reader.run("INSERT INTO a VALUES (1)")).toThrow("readonly");
    reader.close();
    db.close();
  });
});
