import { describe, expect, test } from "bun:test";
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { reelog } from "../support/command_line.ts";
import { historyOnDisk } from "../support/histories_on_disk.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { filesIn } from "../support/test_server.ts";

/** A history has events of contents that were never stored, so only what is about the log is looked at. */
const LOG_ONLY = ["--only", "chain", "--only", "projections"];

describe("reelog verify", () => {
  test("finds nothing wrong beside a running server, and prints a hash that stands for the whole log", async () => {
    await using both = await startServerAndOrigin();
    await importAsset(both.server.api, both.origin);
    const { status, out } = await reelog(both.server.config.dataDir, "verify");
    expect(status).toBe(0);
    expect(out).toMatch(/^chain: 4 events, none changed, removed or put in; head 4:[0-9a-f]{64}$/m);
    expect(out).toMatch(/^projections: every row is as the 4 events say$/m);
    expect(out).toMatch(/^blobs: 2 contents \(\d+ bytes\), each as its hash says$/m);
  });

  test("names the first event that was changed, and goes on with the other parts", async () => {
    await using history = await historyOnDisk();
    history.tamper("UPDATE events SET recorded_at = '2020-01-01T00:00:00.000Z' WHERE position = 9");
    const { status, out, err } = await reelog(history.dataDir, "verify", ...LOG_ONLY);
    expect(status).toBe(1);
    expect(out).toMatch(/^chain: event 9 \(\w+, version \d+ of asset-\d+\) was changed: /m);
    expect(out).toMatch(/^projections: /m);
    expect(err).toContain("Cannot confirm chain: see above");
  });

  test("names an event that cannot be read", async () => {
    await using history = await historyOnDisk();
    history.tamper("UPDATE events SET data = 'nothing' WHERE position = 9");
    const { status, out } = await reelog(history.dataDir, "verify", ...LOG_ONLY);
    expect(status).toBe(1);
    expect(out).toMatch(/^projections: Cannot read event 9 \(\w+ of asset-\d+\): JSON/m);
  });

  test("finds rows that were written by somebody else, which a replay builds again", async () => {
    await using history = await historyOnDisk();
    history.store.db.run("UPDATE assets SET name = 'by hand' WHERE id = (SELECT min(id) FROM assets)");
    history.store.db.run("DELETE FROM asset_tags");
    const found = await reelog(history.dataDir, "verify", ...LOG_ONLY);
    expect(found.status).toBe(1);
    expect(found.out).toMatch(/^projections: assets: row id=\d+ is changed: name is "by hand", by the log /m);
    expect(found.out).toMatch(/^projections: asset_tags: row .* is missing/m);
    expect((await reelog(history.dataDir, "replay")).status).toBe(0);
    expect((await reelog(history.dataDir, "verify", ...LOG_ONLY)).status).toBe(0);
  });

  test("reads every stored content, and names those that are missing or damaged", async () => {
    await using both = await startServerAndOrigin();
    const { dataDir } = both.server.config;
    const { sha256 } = await importAsset(both.server.api, both.origin);
    const other = await importAsset(both.server.api, both.origin, { url: `${both.origin.url}/photo.jpg` });
    const paths = new Map(
      filesIn(join(dataDir, "blobs")).map((path) => [path.slice(-64), join(dataDir, "blobs", path)]),
    );
    const [first = "", second = ""] = [paths.get(String(sha256)), paths.get(String(other.sha256))];
    const bytes = await Bun.file(first).bytes();
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await Bun.write(first, bytes);
    await unlink(second);
    const { status, out } = await reelog(dataDir, "verify", "--only", "blobs");
    expect(status).toBe(1);
    expect(out).toContain(`blobs: content ${sha256} is damaged\n`);
    expect(out).toContain(`blobs: content ${other.sha256} is missing\n`);
    expect(out.trim().split("\n")).toHaveLength(2);
    await Bun.write(first, bytes.subarray(1));
    expect((await reelog(dataDir, "verify", "--only", "blobs")).out).toContain(`content ${sha256} is damaged`);
  });

  test("holds the log against a hash that was kept elsewhere, also when all hashes were made anew", async () => {
    await using history = await historyOnDisk();
    const { out } = await reelog(history.dataDir, "verify", "--only", "chain");
    const anchor = /head (\S+)/.exec(out)?.[1] ?? "";
    await using longer = await historyOnDisk();
    expect((await reelog(history.dataDir, "verify", "--only", "chain", "--anchor", anchor)).status).toBe(0);
    const elsewhere = await reelog(longer.dataDir, "verify", "--only", "chain", "--anchor", anchor);
    expect(elsewhere).toMatchObject({ status: 1, out: expect.stringContaining("does not match the anchor") });
    const missing = await reelog(
      history.dataDir,
      "verify",
      "--only",
      "chain",
      "--anchor",
      `9999${anchor.slice(anchor.indexOf(":"))}`,
    );
    expect(missing.status).toBe(1);
  });

  test.each([
    [["--only", "everything"], "The parts are chain, projections, blobs"],
    [["--anchor", "12"], "It must be a position and its hash"],
    [["--anchor", "12:abc"], "It must be a position and its hash"],
    [["now"], "too many arguments"],
  ])("refuses %j as wrong usage", async (parameters, says) => {
    await using history = await historyOnDisk();
    const { status, err } = await reelog(history.dataDir, "verify", ...parameters);
    expect(status).toBe(2);
    expect(err).toContain(says);
  });
});
