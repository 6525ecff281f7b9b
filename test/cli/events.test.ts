import { describe, expect, test } from "bun:test";
import { AssetRequested, assetStream } from "../../src/assets/events.ts";
import { asOfQuery } from "../../src/history/mod.ts";
import { jsonLines, reelog, spawnReelog } from "../support/command_line.ts";
import { historyOnDisk } from "../support/histories_on_disk.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { temporaryDirectory, until } from "../support/test_server.ts";

const REQUEST = AssetRequested.of({
  name: "new",
  type: null,
  source: { kind: "url", url: "https://x.test/" },
  clientId: null,
  campaignId: null,
  tags: [],
});

function positions(text: string): unknown[] {
  return jsonLines(text).map(({ position }) => position);
}

describe("reelog events", () => {
  test("prints every event as it was written, one a line", async () => {
    await using history = await historyOnDisk();
    const { status, out } = await reelog(history.dataDir, "events", "--json");
    const recorded = await history.store.log.read({ after: 0, limit: 10_000 });
    expect(status).toBe(0);
    expect(jsonLines(out)).toEqual(recorded.map((event) => ({ ...event })));
  });

  test("filters by stream, type, owner, position and count, all at once too", async () => {
    await using history = await historyOnDisk();
    const all = await history.store.log.read({ after: 0, limit: 10_000 });
    const of = (fits: (event: (typeof all)[number]) => boolean) => all.filter(fits).map(({ position }) => position);
    const found = async (...parameters: string[]) =>
      positions((await reelog(history.dataDir, "events", "--json", ...parameters)).out);
    const two = [assetStream("1"), assetStream("2")];
    expect(await found("--stream", two[0] ?? "", "--stream", two[1] ?? "")).toEqual(
      of(({ stream }) => two.includes(stream)),
    );
    expect(await found("--type", "BlobStored")).toEqual(of(({ type }) => type === "BlobStored"));
    expect(await found("--owner", "bob")).toEqual(of(({ metadata }) => metadata.owner === "bob"));
    expect(await found("--after", "10", "--until", "14")).toEqual([11, 12, 13, 14]);
    expect(await found("--after", "10", "--limit", "2")).toEqual([11, 12]);
    expect(await found("--until", "14", "--last", "2")).toEqual([13, 14]);
    expect(await found("--owner", "ann", "--type", "AssetDeleted", "--after", "5")).toEqual(
      of(({ metadata, type, position }) => metadata.owner === "ann" && type === "AssetDeleted" && position > 5),
    );
    expect(await found("--stream", "' OR 1=1 --")).toEqual([]);
    expect(await found("--last", "100000")).toEqual(all.map(({ position }) => position));
  });

  test("refuses an event type that there is none of, rather than show nothing", async () => {
    await using history = await historyOnDisk();
    const { status, out, err } = await reelog(history.dataDir, "events", "--type", "BlobStored", "--type", "BlobLost");
    expect([status, out, err]).toEqual([2, "", "Cannot show events: there is no event type 'BlobLost'\n"]);
  });

  test("takes times for the positions that the log had come to", async () => {
    await using history = await historyOnDisk();
    const times = [10, 20, 5, 30];
    history.tamper(
      "DELETE FROM events WHERE position > 4",
      ...times.map(
        (s, at) => `UPDATE events SET recorded_at = '2026-01-01T00:00:${s}.000Z' WHERE position = ${at + 1}`,
      ),
      "UPDATE events SET recorded_at = '2026-01-01T00:00:05.000Z' WHERE position = 3",
    );
    const found = async (...parameters: string[]) =>
      positions((await reelog(history.dataDir, "events", "--json", ...parameters)).out);
    expect(await found("--until", "2026-01-01T00:00:10Z")).toEqual([1]);
    // The clock went backwards after event 2: the order is that of the positions.
    expect(await found("--until", "2026-01-01T01:00:25+01:00")).toEqual([1, 2, 3]);
    expect(await found("--after", "2026-01-01T00:00:20.000Z")).toEqual([4]);
    expect(await found("--until", "2025-12-31")).toEqual([]);
    expect(await found("--until", "2099-01-01")).toEqual([1, 2, 3, 4]);
  });

  test("a clock that stepped back in an early release: the API and the command line come to the same position", async () => {
    await using history = await historyOnDisk();
    const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
    const second = (position: number) => (position * 7) % 60;
    history.tamper(
      ...Array.from(
        { length: history.store.head() },
        (_, at) => `UPDATE events SET recorded_at = '${time(second(at + 1))}' WHERE position = ${at + 1}`,
      ),
    );
    for (const moment of [0, 7, 13, 29, 30, 44, 58, 59].map(time)) {
      const { out } = await reelog(history.dataDir, "events", "--json", "--until", moment);
      const position = await asOfQuery(moment, history.store.log);
      expect(positions(out).at(-1) ?? 0).toBe(position);
      // The log passed the moment there.
      expect(position === 0 || time(second(position)) <= moment).toBe(true);
      expect(position === history.store.head() || time(second(position + 1)) > moment).toBe(true);
    }
  });

  test.each([
    ["--after", "yesterday"],
    ["--until", "2026-02-30"],
    ["--until", "-1"],
    ["--limit", "0"],
    ["--last", "ten"],
    ["--after", "2026-01-01 10:00"],
    ["--owner", ""],
  ])("refuses %s %s as wrong usage", async (option, value) => {
    await using history = await historyOnDisk();
    const { status, out, err } = await reelog(history.dataDir, "events", option, ...(value === "" ? [] : [value]));
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toContain(`error: option '${option}`);
  });

  test("prints a table for people, one line an event, without a character that moves the cursor", async () => {
    await using history = await historyOnDisk();
    const name = "red\u001b[31m\n\u202etext".repeat(20);
    const events = [{ ...REQUEST, data: { ...REQUEST.data, name } }];
    const metadata = { owner: "ann", actor: "ann" };
    await history.store.log.append({ stream: assetStream("x"), expected: "none", events }, metadata);
    const { out } = await reelog(history.dataDir, "events", "--last", "3");
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^POSITION {2}RECORDED +TYPE +STREAM +V +ACTOR +DATA$/);
    expect(lines[3]).toMatch(/AssetRequested +asset-x +1 +ann +\{"name":"red/);
    expect(out).not.toMatch(/[^\P{C}\n]/u);
  });

  test("shows a damaged event as well, so that it can be looked at", async () => {
    await using history = await historyOnDisk();
    history.tamper("UPDATE events SET data = '{\"half', metadata = '' WHERE position = 3");
    const { status, out } = await reelog(history.dataDir, "events", "--json", "--after", "2", "--limit", "1");
    expect(status).toBe(0);
    expect(jsonLines(out)).toMatchObject([{ position: 3, data: '{"half', metadata: "" }]);
    expect((await reelog(history.dataDir, "events", "--owner", "ann")).status).toBe(0);
  });

  test("follows what is appended, from where it began, until it is interrupted", async () => {
    await using history = await historyOnDisk();
    const head = history.store.head();
    const child = spawnReelog(history.dataDir, "events", "--json", "--follow", "--last", "1");
    const lines: string[] = [];
    const reading = (async () => {
      for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) lines.push(piece);
    })();
    await until(() => lines.join("").includes(`"position":${head}`));
    for (const id of ["f1", "f2", "f3"]) {
      const write = { stream: assetStream(id), expected: "none", events: [REQUEST] } as const;
      await history.store.log.append(write, { owner: "ann", actor: "ann" });
    }
    await until(() => lines.join("").includes(`"position":${head + 3}`));
    child.kill("SIGINT");
    expect(await child.exited).toBe(0);
    await reading;
    expect(positions(lines.join(""))).toEqual([head, head + 1, head + 2, head + 3]);
  });

  test("ends without a complaint when its reader has seen enough", async () => {
    await using history = await historyOnDisk();
    const shell = Bun.spawn(["sh", "-c", `"${process.execPath}" src/cli/main.ts events --follow | head -1`], {
      cwd: `${import.meta.dir}/../..`,
      env: { PATH: process.env.PATH ?? "", DATA_DIR: history.dataDir },
      stdout: "pipe",
      stderr: "pipe",
    });
    // Only what is written after the reader has gone tells that it has.
    await until(async () => {
      const write = { stream: assetStream(Bun.randomUUIDv7()), expected: "none", events: [REQUEST] } as const;
      await history.store.log.append(write, { owner: "ann", actor: "ann" });
      return shell.exitCode !== null;
    });
    expect(shell.exitCode).toBe(0);
    expect((await new Response(shell.stdout).text()).split("\n")).toHaveLength(2);
    expect(await new Response(shell.stderr).text()).toBe("");
  });

  test("works beside a running server", async () => {
    await using both = await startServerAndOrigin();
    await importAsset(both.server.api, both.origin);
    const { out } = await reelog(both.server.config.dataDir, "events", "--json");
    expect(jsonLines(out).map(({ type }) => type)).toEqual(both.server.eventTypes());
  });
});

describe("reelog streams", () => {
  test("lists streams, those with the newest events first", async () => {
    await using history = await historyOnDisk();
    const { out } = await reelog(history.dataDir, "streams", "--json", "--limit", "1000");
    const streams = jsonLines(out);
    const all = await history.store.log.read({ after: 0, limit: 10_000 });
    expect(streams.map(({ stream }) => stream)).toEqual([...new Set(all.toReversed().map(({ stream }) => stream))]);
    expect(streams.reduce((sum, { events }) => sum + Number(events), 0)).toBe(all.length);
    expect((await reelog(history.dataDir, "streams", "--limit", "2")).out.trim().split("\n")).toHaveLength(3);
  });

  test("lists those of one kind", async () => {
    await using history = await historyOnDisk();
    expect(jsonLines((await reelog(history.dataDir, "streams", "--json", "--kind", "job")).out)).toEqual([]);
    for (const kind of ["nope", "%", "jo"]) {
      const { status, out, err } = await reelog(history.dataDir, "streams", "--json", "--kind", kind);
      expect({ status, out }).toEqual({ status: 2, out: "" });
      expect(err).toContain("Allowed choices are asset, client, campaign, job, key.");
    }
    expect(jsonLines((await reelog(history.dataDir, "streams", "--json", "--kind", "asset")).out)).not.toEqual([]);
  });
});

describe("reelog stats", () => {
  test("counts events by type and day, and tells the size, the slow projections and what waits", async () => {
    await using history = await historyOnDisk();
    const { status, out } = await reelog(history.dataDir, "stats", "--json");
    expect(status).toBe(0);
    const [stats] = jsonLines(out);
    const events = history.store.head();
    const sum = (rows: unknown) => (Array.isArray(rows) ? rows.reduce((total, { n }) => total + n, 0) : 0);
    expect(stats).toMatchObject({ events });
    expect([sum(stats?.byType), sum(stats?.byDay)]).toEqual([events, events]);
    const waiting = history.store.db.query("SELECT count(*) FROM assets_to_ingest").values().flat()[0];
    expect(stats?.todo).toContainEqual({ table: "assets_to_ingest", rows: waiting, oldestMs: expect.any(Number) });
    expect(stats?.projections).toContainEqual({ projection: "assets", spentMs: expect.any(Number) });
  });

  test("says it as tables for people, and without the timing when asked", async () => {
    await using history = await historyOnDisk();
    const whole = await reelog(history.dataDir, "stats");
    expect(whole.out).toMatch(/BlobStored +\d+/);
    expect(whole.out).toContain("PROJECTION, THE SLOWEST FIRST");
    expect(whole.err).toContain("Timing: ");
    const quick = await reelog(history.dataDir, "stats", "--no-timing");
    expect(quick.out).not.toContain("PROJECTION");
    expect(quick.err).toBe("");
  });

  test.each(["events", "streams", "stats", "verify"])("%s of a directory without a log says so", async (command) => {
    const { status, err } = await reelog(await temporaryDirectory(), command);
    expect(status).toBe(1);
    expect(err).toContain("Cannot find a database in");
  });
});
