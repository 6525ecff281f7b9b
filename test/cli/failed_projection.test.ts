import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { ApiKeyIssued, keyStream } from "../../src/access/events.ts";
import { createCatalogue, openStore } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { reelog } from "../support/command_line.ts";
import { failedStart } from "../support/server_process.ts";
import { temporaryDirectory } from "../support/test_server.ts";

const CAUSE = "Cannot project ApiKeyIssued at position 2 into api_keys: UNIQUE constraint failed: api_keys.hash";

/** A replay writes many rows at once. */
const CAUSE_OF_MANY =
  "Cannot project the log into api_keys: UNIQUE constraint failed: api_keys.hash; 'bun run reelog stats' names the event";

/** A log that leads to rows which a read table does not take. */
async function unprojectable() {
  const dataDir = await temporaryDirectory();
  const catalogue = createCatalogue(allEvents);
  // Makes the read tables as this release defines them.
  (await openStore({ dataDir, catalogue, projections: allProjections })).close();
  const store = await openStore({ dataDir, catalogue, projections: [] });
  for (const id of ["one", "two"]) {
    const issued = ApiKeyIssued.of({ hash: "ab".repeat(32), label: null, scope: "write", expiresAt: null });
    await store.log.append(
      { stream: keyStream(id), expected: "none", events: [issued] },
      { owner: "ann", actor: "test" },
    );
  }
  store.close();
  return { dataDir, [Symbol.dispose]: () => rmSync(dataDir, { recursive: true, force: true }) };
}

test.each([
  ["replay", CAUSE_OF_MANY],
  ["replay --verify", CAUSE],
  ["replay --into FILE", CAUSE],
  ["verify --only projections", CAUSE],
  ["stats", CAUSE],
])("projection that fails: %s says why", async (command, cause) => {
  using log = await unprojectable();
  const parameters = command.replace("FILE", `${log.dataDir}/tables.db`).split(" ");
  const { status, out, err } = await reelog(log.dataDir, ...parameters);
  expect(status).toBe(1);
  expect(out + err).toContain(cause);
});

test("projection that fails: a start says why, in one sentence", async () => {
  using log = await unprojectable();
  const { exitCode, stderr } = await failedStart({ DATA_DIR: log.dataDir });
  expect(exitCode).toBe(1);
  expect(stderr).toBe(`${CAUSE_OF_MANY}\n`);
});
