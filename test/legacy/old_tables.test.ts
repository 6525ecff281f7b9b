import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { openOldFile } from "../../src/legacy/mod.ts";
import { temporaryDirectory } from "../support/test_server.ts";

async function temporaryFile() {
  const directory = await temporaryDirectory();
  return { path: `${directory}/old.db`, [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Bytes in which no two places look alike. */
function bytesOf(size: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let index = 0; index < words.length; index++) words[index] = Math.imul(index + 1, 2_654_435_761);
  return new Uint8Array(words.buffer).subarray(0, size);
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const copies: Uint8Array[] = [];
  for await (const piece of pieces) copies.push(piece.slice());
  return Buffer.concat(copies);
}

const BYTES = { table: "blobs", column: "data" };

describe("the bytes of an old file", () => {
  test.each([512, 1_024, 4_096, 65_536])(
    "are what SQLite itself reads, of any size and at any depth of the table, with pages of %d bytes",
    async (pageBytes) => {
      using file = await temporaryFile();
      const db = new Database(file.path);
      db.run(`PRAGMA page_size = ${pageBytes}`);
      db.run("CREATE TABLE blobs (note TEXT, id INTEGER PRIMARY KEY, price REAL, data BLOB, tail TEXT)");
      const insert = db.prepare("INSERT INTO blobs VALUES (?, ?, 1.5, ?, 'end')");
      const edges = [pageBytes - 35, pageBytes - 4, pageBytes, pageBytes * 2, pageBytes * 5];
      const sizes = [1, ...edges.flatMap((edge) => [-40, -5, -1, 0, 1, 5].map((by) => edge + by)), 300_000, 1_200_000];
      // Enough small rows between them for a tree of several levels, with gaps and negative ids.
      db.transaction(() => {
        for (let id = -500; id < 6_000; id += 3) insert.run("n".repeat(Math.max(0, id % 40)), id, `row ${id}`);
        for (const [index, size] of sizes.entries()) insert.run("n".repeat(index), 100_000 + index * 7, bytesOf(size));
      })();
      db.close();
      await using old = await openOldFile(file.path);
      for (const [index, size] of sizes.entries()) {
        const found = old.tables.bytes(BYTES, "id", 100_000 + index * 7);
        expect(found?.sizeBytes).toBe(size);
        const read = found === null ? null : await joined(found.read());
        expect(read !== null && Buffer.compare(read, bytesOf(size)) === 0).toBe(true);
      }
      for (const id of [1, 2_998, 5_998]) {
        const found = old.tables.bytes(BYTES, "rowid", id);
        expect(found && Buffer.from(await joined(found.read())).toString()).toBe(`row ${id}`);
      }
      expect(old.tables.bytes(BYTES, "id", 2)).toBeNull();
    },
  );

  test("are none for a NULL, an empty blob, a number, a missing row, column or table", async () => {
    using file = await temporaryFile();
    const db = new Database(file.path);
    db.run("CREATE TABLE blobs (id TEXT PRIMARY KEY, data BLOB)");
    db.run("INSERT INTO blobs VALUES ('null', NULL), ('empty', x''), ('number', 5), ('real', 1.5)");
    db.close();
    await using old = await openOldFile(file.path);
    for (const id of ["null", "empty", "number", "real", "missing", null, undefined, new Uint8Array(3), {}]) {
      expect(old.tables.bytes(BYTES, "id", id)).toBeNull();
    }
    expect(old.tables.bytes({ table: "blobs", column: "nope" }, "id", "null")).toBeNull();
    expect(old.tables.bytes({ table: "nope", column: "data" }, "id", "null")).toBeNull();
    expect(old.tables.bytes(BYTES, "nope", "null")).toBeNull();
  });

  test("are found where columns were added, dropped and generated after the fact", async () => {
    using file = await temporaryFile();
    const db = new Database(file.path);
    db.run("CREATE TABLE blobs (id TEXT PRIMARY KEY, a TEXT, twice TEXT AS (a || a) VIRTUAL, b TEXT)");
    db.run("INSERT INTO blobs (id, a, b) VALUES ('before', 'x', 'y')");
    db.run("ALTER TABLE blobs ADD COLUMN data BLOB");
    db.run("ALTER TABLE blobs ADD COLUMN more TEXT DEFAULT 'more'");
    db.run("ALTER TABLE blobs DROP COLUMN b");
    db.query("INSERT INTO blobs (id, a, data) VALUES ('after', 'x', ?)").run(bytesOf(50_000));
    db.close();
    await using old = await openOldFile(file.path);
    const found = old.tables.bytes(BYTES, "id", "after");
    expect(found && Buffer.compare(await joined(found.read()), bytesOf(50_000))).toBe(0);
    expect(old.tables.bytes(BYTES, "id", "before")).toBeNull();
  });

  test("of a damaged file end in an error that says so, or at least end", async () => {
    using file = await temporaryFile();
    const db = new Database(file.path);
    db.run("CREATE TABLE blobs (id TEXT PRIMARY KEY, data BLOB)");
    db.query("INSERT INTO blobs VALUES ('one', ?)").run(bytesOf(2_000_000));
    db.close();
    const whole = await Bun.file(file.path).bytes();
    /** With every overflow page naming another one as the next. */
    const damaged = (next: (page: number) => number) => {
      const copy = whole.slice();
      for (let page = 4; page * 4_096 < copy.length; page++) {
        new DataView(copy.buffer).setUint32((page - 1) * 4_096, next(page));
      }
      return copy;
    };
    const error = expect.stringContaining(
      "Cannot read the bytes: the old file is damaged, database disk image is malformed",
    );
    // A chain that names itself cannot be told from a good one; what it holds is for the inspection.
    for (const [next, result] of [
      [(page: number) => page, 2_000_000],
      [() => 0, error],
      [() => 4_000_000_000, error],
    ] as const) {
      await Bun.write(file.path, damaged(next));
      await using old = await openOldFile(file.path);
      const found = old.tables.bytes(BYTES, "id", "one");
      const outcome = found && (await joined(found.read()).catch((error: unknown) => String(error)));
      expect(outcome instanceof Uint8Array ? outcome.length : outcome).toEqual(result);
    }
    await Bun.write(file.path, whole.subarray(0, 1_000_000));
    await expect(openOldFile(file.path)).rejects.toThrow("as a SQLite database: database disk image is malformed");
  });

  test("take the memory of one value, whatever the file holds", async () => {
    using file = await temporaryFile();
    const db = new Database(file.path);
    db.run("CREATE TABLE blobs (id TEXT PRIMARY KEY, data BLOB)");
    const size = 96 * 1024 ** 2;
    const large = bytesOf(size);
    db.query("INSERT INTO blobs VALUES ('small', x'00'), ('large', ?)").run(large);
    db.close();
    const reading = Bun.spawn([process.execPath, join(import.meta.dir, "read_value_process.ts"), file.path], {
      stdout: "pipe",
    });
    const said: unknown = JSON.parse(await new Response(reading.stdout).text());
    expect(said).toMatchObject({ sha256: new Bun.CryptoHasher("sha256").update(large).digest("hex") });
    const grown = said !== null && typeof said === "object" && "grownBytes" in said ? said.grownBytes : null;
    // SQLite holds the value, and this program a few pieces of a sixteenth each.
    expect(grown).toBeLessThan(1.75 * size);
  });

  test("are read of tables only: neither a view nor a virtual table nor an expression of the file is run", async () => {
    using file = await temporaryFile();
    const db = new Database(file.path);
    db.run("CREATE TABLE hidden (id TEXT PRIMARY KEY, data BLOB)");
    db.run("INSERT INTO hidden VALUES ('one', x'01')");
    db.run("CREATE VIEW blobs AS SELECT * FROM hidden");
    db.run("CREATE VIRTUAL TABLE assets USING fts5(id, blob_data)");
    db.run("CREATE TABLE clients (id TEXT PRIMARY KEY, name TEXT AS (hex(zeroblob(1000))) VIRTUAL)");
    db.close();
    await using old = await openOldFile(file.path);
    expect(old.tables.bytes(BYTES, "id", "one")).toBeNull();
    expect(old.tables.has("blobs")).toBe(false);
    expect(old.tables.has("assets")).toBe(false);
    expect(old.tables.has("clients", "name")).toBe(false);
  });
});

describe("a row of an old file", () => {
  test("is refused when its texts are larger than any real ones, without reading them", async () => {
    using file = await temporaryFile();
    const db = new Database(file.path);
    db.run("CREATE TABLE clients (id TEXT PRIMARY KEY, name TEXT)");
    db.query("INSERT INTO clients VALUES ('fine', 'Fine'), ('huge', ?)").run("n".repeat(17 * 1024 ** 2));
    db.close();
    await using old = await openOldFile(file.path);
    expect(old.tables.row("clients", 1, ["id", "name", "nope"])).toEqual({ id: "fine", name: "Fine" });
    expect(() => old.tables.row("clients", 2, ["id", "name"])).toThrow("its texts are larger than 16 MiB");
  });
});
