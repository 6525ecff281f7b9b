import { rm } from "node:fs/promises";
import { createCatalogue, openStore, type Store } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { assetsHistory } from "../histories/assets.ts";
import { randomOf } from "../histories/mod.ts";
import { temporaryDirectory } from "./test_server.ts";

/** A data directory with some hundred events of assets, and its store. */
export interface HistoryOnDisk extends AsyncDisposable {
  readonly dataDir: string;
  readonly store: Store;
  /** Drops the triggers that guard the log, and runs the statements. */
  tamper(...statements: string[]): void;
}

/** Makes a data directory with a history, which goes away with it. */
export async function historyOnDisk(seed = 7): Promise<HistoryOnDisk> {
  const dataDir = await temporaryDirectory();
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  await assetsHistory(store.log, randomOf(seed));
  return {
    dataDir,
    store,
    tamper(...statements) {
      const names = store.db.query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'trigger'");
      for (const { name } of names.all()) store.db.run(`DROP TRIGGER ${name}`);
      for (const sql of statements) store.db.run(sql);
    },
    async [Symbol.asyncDispose]() {
      store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
