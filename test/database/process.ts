/** Another process: `bun process.ts lock <path>` holds a lock until it ends; `… open <dataDir>` opens the store once. */

import { tryProcessLock } from "../../src/database/mod.ts";
import { createCatalogue, openStore } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";

const [command, path = ""] = process.argv.slice(2);

if (command === "lock") {
  const lock = tryProcessLock(path);
  console.log(lock ? "held" : "taken");
  process.stdin.once("data", () => {
    lock?.release();
    console.log("released");
  });
} else {
  const catalogue = createCatalogue(allEvents);
  const store = await openStore({ dataDir: path, catalogue, projections: allProjections });
  store.close();
  console.log("opened");
  process.exit(0);
}
