import { join } from "node:path";
import { Command } from "commander";
import { createAssetQueries } from "../assets/mod.ts";
import { openBlobStore, sweepOrphans } from "../blobs/mod.ts";
import { allEvents, allProjections } from "../catalogue.ts";
import { loadConfig } from "../config.ts";
import { tryProcessLock } from "../database/mod.ts";
import { createCatalogue, existingDatabase, openStore } from "../event_log/mod.ts";
import { type CliContext, line } from "./context.ts";

/** What another process wrote within this time may be in use by a request that has no event yet. */
const BESIDE_A_SERVER_MS = 3_600_000;

/** `reelog sweep`: removes stored contents that nothing needs, as a server does at its start and every hour. */
export function sweepCommand(context: CliContext): Command {
  return new Command("sweep")
    .description("removes stored contents that no asset needs; beside a running server only those older than an hour")
    .action(async () => {
      const { dataDir, blobStorage } = loadConfig(context.env);
      existingDatabase(dataDir);
      using serverLock = tryProcessLock(join(dataDir, "server.lock"));
      await using stack = new AsyncDisposableStack();
      // Opened as a start opens it: stale read tables would make needed contents look like orphans.
      const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
      stack.defer(() => store.close());
      const blobs = stack.use(await openBlobStore(blobStorage, dataDir));
      const swept = await sweepOrphans({
        blobs,
        isReferenced: createAssetQueries(store.read).isReferenced,
        olderThanMs: serverLock ? 0 : BESIDE_A_SERVER_MS,
      });
      const beside = serverLock ? "" : "; what a running server wrote within the last hour was left alone";
      line(
        context.stdout,
        `Removed ${swept.blobs} contents (${swept.bytes} bytes) and ${swept.temporary} temporary files${beside}`,
      );
    });
}
