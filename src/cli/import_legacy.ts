import { join } from "node:path";
import { Command } from "commander";
import { openBlobStore } from "../blobs/mod.ts";
import { type Config, loadConfig } from "../config.ts";
import { isOwnerName } from "../core/identity.ts";
import { tryProcessLock } from "../database/mod.ts";
import { createCatalogue, openStore } from "../event_log/mod.ts";
import {
  createDryTarget,
  createStoreTarget,
  importLegacy,
  type OldFile,
  openOldFile,
  type Report,
  reportLines,
} from "../legacy/mod.ts";
import { createMediaService } from "../media/mod.ts";
import { createRetention } from "../retention/mod.ts";
import { allEvents, allProjections, retentionRules } from "../server/registry.ts";
import { type CliContext, FoundWrong, type JsonOption, line, showResult, UsageError } from "./context.ts";
import { withProgress } from "./progress.ts";

interface Options extends JsonOption {
  readonly dryRun?: boolean;
  readonly owner?: string;
  readonly fetch?: boolean;
}

/** The options of an import and the settings of the server that receives it. */
interface Import extends Options {
  readonly config: Config;
  readonly context: CliContext;
}

/** Creates `reelog import-legacy PATH`. The file is only read. */
export function importLegacyCommand(context: CliContext): Command {
  return new Command("import-legacy")
    .description("imports users, clients, campaigns, assets and jobs from the old backend's SQLite file")
    .argument("<path>", "the old backend's database, which is only read; the old backend must not be running")
    .option("--dry-run", "write nothing and report what would be imported; contents are not inspected")
    .option("--owner <name>", "give everything to this owner, e.g. 'local' for a server without keys")
    .option("--fetch", "download assets that have only a URL when the server starts; without it they are failed")
    .action(async (path: string, options: Options) => {
      if (options.owner !== undefined && !isOwnerName(options.owner)) {
        throw new UsageError(
          "Cannot use --owner: it must be 1 to 100 letters, digits and . _ @ -, and begin with a letter or digit",
        );
      }
      await importAll(path, { ...options, config: loadConfig(context.env), context });
    });
}

async function importAll(path: string, options: Import): Promise<void> {
  const { context, config, dryRun = false } = options;
  await using old = await openOldFile(path, {
    onCopy: () => line(context.stderr, `${path} has an unfinished journal: reading a copy of it`),
  });
  const report = await (dryRun ? dryImport : realImport)(old, options);
  await old.assertUnchanged();
  const title = dryRun ? `Would import into ${config.dataDir}:` : `Imported into ${config.dataDir}:`;
  const lines = [title, ...reportLines(report)];
  showResult(context, { json: options.json, result: { dataDir: config.dataDir, dryRun, ...report }, lines });
  const refused = Object.values(report.counts).reduce((sum, counts) => sum + counts.refused, 0);
  if (refused > 0) throw new FoundWrong(`Cannot import ${refused} of the rows: see the list`);
}

async function dryImport(old: OldFile, options: Import): Promise<Report> {
  using target = createDryTarget(options.config.dataDir);
  return await importLegacy({ ...shared(options), tables: old.tables, target });
}

async function realImport(old: OldFile, options: Import): Promise<Report> {
  const { dataDir, blobStorage } = options.config;
  // A running server's sweep could remove bytes before their event is appended.
  using lock = tryProcessLock(join(dataDir, "server.lock"));
  if (!lock) throw new FoundWrong(`Cannot import: a Reelog server uses ${dataDir}; stop it first`);
  await using stack = new AsyncDisposableStack();
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  stack.defer(() => store.close());
  const { useOf } = stack.use(createRetention(store.db, retentionRules));
  const blobs = stack.use(await openBlobStore(blobStorage, dataDir, { useOf }));
  const { path: directory } = stack.use(await blobs.scratch());
  const media = createMediaService({ directory });
  stack.defer(() => media.close());
  const target = createStoreTarget({ store, blobs, media, fetch: options.fetch ?? false });
  return await withProgress({ title: "Importing", output: options.context.stderr, unit: "rows" }, (onProgress) =>
    importLegacy({ ...shared(options), tables: old.tables, target, onProgress }),
  );
}

function shared({ config, owner }: Import) {
  return { owner, sceneBounds: { min: config.scenesMin, max: config.scenesMax } };
}
