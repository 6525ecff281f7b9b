import { join } from "node:path";
import { Command } from "commander";
import { openBlobStore, type SweepResult, sweepOrphans } from "../blobs/mod.ts";
import { loadConfig } from "../config.ts";
import { tryProcessLock } from "../database/mod.ts";
import { createCatalogue, existingDatabase, openStore } from "../event_log/mod.ts";
import { createRetention, indexContents } from "../retention/mod.ts";
import { allEvents, allProjections, retentionRules } from "../server/registry.ts";
import { type CliContext, type JsonOption, showResult } from "./context.ts";

/** The age, in milliseconds, up to which contents may belong to a request of a running server that has no event yet. */
const BESIDE_A_SERVER_MS = 3_600_000;

/** Creates `reelog sweep`, which does immediately the hourly work of a server. */
export function sweepCommand(context: CliContext): Command {
  return new Command("sweep")
    .description(
      "moves contents that the log does not need to the trash and empties it; beside a running server only those older than an hour",
    )
    .action(async ({ json }: JsonOption) => {
      const { dataDir, blobStorage, trashMs, trashBytes } = loadConfig(context.env);
      existingDatabase(dataDir);
      using serverLock = tryProcessLock(join(dataDir, "server.lock"));
      await using stack = new AsyncDisposableStack();
      const store = await openStore({
        dataDir,
        catalogue: createCatalogue(allEvents),
        projections: allProjections,
        prepare: (db) => indexContents(db, allEvents),
      });
      stack.defer(() => store.close());
      const { useOf } = stack.use(createRetention(store.db, retentionRules));
      const blobs = stack.use(await openBlobStore(blobStorage, dataDir, { useOf }));
      const swept = await sweepOrphans({
        blobs,
        trashMs,
        trashBytes,
        olderThanMs: serverLock ? 0 : BESIDE_A_SERVER_MS,
      });
      const beside = serverLock ? "" : "; skipped contents that are less than an hour old because a server is running";
      const result = { ...swept, besideServer: serverLock === null };
      showResult(context, { json, result, lines: [`${textOf(swept)}${beside}`] });
    });
}

function textOf({ trashed, trashedBytes, erased, erasedBytes, putBack, temporary }: SweepResult): string {
  const removed = `Moved ${trashed} contents (${trashedBytes} bytes) to the trash, removed ${temporary} temporary files`;
  const emptied = `erased ${erased} contents (${erasedBytes} bytes) from the trash`;
  return `${removed} and ${emptied}${putBack === 0 ? "" : `; put back ${putBack} that the log needs`}`;
}
