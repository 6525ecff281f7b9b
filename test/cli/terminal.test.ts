import { describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { historyOnDisk } from "../support/histories_on_disk.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { onTerminal } from "../support/terminal.ts";
import { temporaryDirectory } from "../support/test_server.ts";

describe("a command on a terminal: shows its result, and no bar is left", () => {
  test.each([
    {
      parameters: ["verify", "--only", "chain", "--only", "projections"],
      result: /^chain: \d+ events, none changed.*; head \d+:[0-9a-f]{64}$/,
    },
    { parameters: ["replay"], result: /^Replayed \d+ events into / },
    { parameters: ["replay", "--verify"], result: /^Verified \d+ events: / },
    { parameters: ["stats"], result: /^PROJECTION, / },
  ])("$parameters", async ({ parameters, result }) => {
    await using history = await historyOnDisk();
    const { status, lines, written } = await onTerminal(history.dataDir, ...parameters);
    expect({ status, lines }).toEqual({ status: 0, lines: expect.arrayContaining([expect.stringMatching(result)]) });
    expect(written).toContain("█");
    expect(written).not.toMatch(/NULL|LLs|INF/);
    expect(lines.filter((text) => /█|░/.test(text))).toEqual([]);
  });

  test("backup and restore", async () => {
    await using both = await startServerAndOrigin();
    await importAsset(both.server.api, both.origin);
    const { dataDir } = both.server.config;
    const shelf = await temporaryDirectory();
    try {
      const backup = await onTerminal(dataDir, "backup", join(shelf, "b"));
      expect(backup).toMatchObject({ status: 0, lines: [expect.stringMatching(/^Backed up \d+ events/)] });
      const restored = await onTerminal(join(shelf, "d"), "restore", join(shelf, "b"));
      expect(restored).toMatchObject({ status: 0, lines: [expect.stringMatching(/^Restored \d+ events/)] });
    } finally {
      await rm(shelf, { recursive: true, force: true });
    }
  });
});
