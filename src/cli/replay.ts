import { Command } from "commander";
import { allEvents, allProjections } from "../catalogue.ts";
import { loadConfig } from "../config.ts";
import {
  createCatalogue,
  type Difference,
  existingDatabase,
  type Projection,
  replay,
  verify,
} from "../event_log/mod.ts";
import { type CliContext, FoundWrong, line, UsageError } from "./context.ts";
import { createProgress } from "./progress.ts";

interface Options {
  readonly projection?: readonly string[];
  readonly verify?: boolean;
}

/**
 * `reelog replay`: rebuilds the read tables from the log, also beside a running server. Events are only read and no
 * worker runs, so nothing is downloaded, planned or rendered again.
 */
export function replayCommand(context: CliContext): Command {
  return new Command("replay")
    .description("rebuilds the read tables from the event log; beside a running server, too")
    .option("--projection <name>", "only this one; may be repeated", (name, names: string[] = []) => [...names, name])
    .option("--verify", "only reads: compares the read tables with what the log leads to, and exits 1 on a difference")
    .action(async ({ projection = [], verify: onlyVerify = false }: Options) => {
      const projections = chosen(projection);
      const { dataDir } = loadConfig(context.env);
      await (onlyVerify ? verifyAll : replayAll)(dataDir, projections, context);
    });
}

function chosen(names: readonly string[]): readonly Projection[] {
  if (names.length === 0) return allProjections;
  const known = allProjections.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`Cannot replay '${unknown}': the projections are ${known.join(", ")}`);
  }
  return allProjections.filter(({ name }) => names.includes(name));
}

function listed(projections: readonly Projection[]): string {
  return projections.map(({ name }) => name).join(", ");
}

async function replayAll(dataDir: string, projections: readonly Projection[], context: CliContext): Promise<void> {
  const catalogue = createCatalogue(allEvents);
  const begin = performance.now();
  using progress = createProgress("Replaying", context.stderr);
  const events = await replay({
    dataDir,
    catalogue,
    projections,
    onProgress: progress.update,
    onWait: () =>
      line(context.stderr, "Another process is migrating or replaying this directory: waiting for it to end"),
  });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  line(context.stdout, `Replayed ${events} events into ${listed(projections)} in ${seconds} s`);
}

async function verifyAll(dataDir: string, projections: readonly Projection[], context: CliContext): Promise<void> {
  const catalogue = createCatalogue(allEvents);
  using progress = createProgress("Verifying", context.stderr);
  const { events, differences } = verify(existingDatabase(dataDir), projections, {
    catalogue,
    onProgress: progress.update,
  });
  if (differences.length === 0) {
    line(context.stdout, `Verified ${events} events: every row of ${listed(projections)} is as the log says`);
    return;
  }
  for (const difference of differences) line(context.stdout, described(difference));
  const names = [...new Set(differences.map(({ projection }) => projection))].join(", ");
  throw new FoundWrong(`Cannot confirm ${names}: rows differ from the log; 'bun run replay' builds them again`);
}

/** e.g. `assets: row id=1 is changed: status is "ready", by the log "failed"`. */
function described({ table, key, live, rebuilt }: Difference): string {
  if (!rebuilt) return `${table}: row ${key} is too many`;
  if (!live) return `${table}: row ${key} is missing`;
  const changes = Object.keys(rebuilt)
    .filter((column) => live[column] !== rebuilt[column])
    .map((column) => `${column} is ${JSON.stringify(live[column])}, by the log ${JSON.stringify(rebuilt[column])}`);
  return `${table}: row ${key} is changed: ${changes.join("; ")}`;
}
