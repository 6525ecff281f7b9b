import { join } from "node:path";
import { Command } from "commander";
import { loadConfig } from "../config.ts";
import { AppError } from "../core/errors.ts";
import { type ProcessLock, tryProcessLock } from "../database/mod.ts";
import { createCatalogue, existingDatabase, type Projection, replay, replayInto, verify } from "../event_log/mod.ts";
import { allEvents, allProjections } from "../server/registry.ts";
import { type CliContext, FoundWrong, type JsonOption, line, showResult, UsageError } from "./context.ts";
import { describeDifference } from "./describe_difference.ts";
import { openLogDatabase } from "./log_database.ts";
import { collectAll, type LogPoint, parseLogPoint, positionOf } from "./log_point.ts";
import { withProgress } from "./progress.ts";

interface Options extends JsonOption {
  readonly projection?: readonly string[];
  readonly verify?: boolean;
  readonly until?: LogPoint;
  readonly into?: string;
}

/**
 * Creates `reelog replay`, which can run next to a running server. Events are only read and no worker runs, so nothing
 * is downloaded, planned or rendered again.
 */
export function replayCommand(context: CliContext): Command {
  return new Command("replay")
    .description("rebuilds the read tables from the event log, also while a server runs")
    .option("--projection <name>", "only this one; may be repeated", collectAll)
    .option("--verify", "only compare the read tables with the log, and exit with 1 on a difference")
    .option(
      "--until <moment>",
      "only events up to this position or time, e.g. 120 or 2026-11-22T10:00:00Z",
      parseLogPoint,
    )
    .option("--into <file>", "write to a new SQLite file instead of the live tables")
    .action(async ({ projection = [], verify: onlyVerify = false, until, into, json }: Options) => {
      if (onlyVerify && (until !== undefined || into !== undefined)) {
        throw new UsageError(
          "Cannot replay: --verify compares the whole log and cannot be combined with --until or --into",
        );
      }
      const projections = chosen(projection);
      const { dataDir } = loadConfig(context.env);
      if (onlyVerify) return verifyAll(dataDir, projections, { context, json });
      const end = until === undefined ? undefined : await endOf(until, context);
      if (into !== undefined) return await intoFile(into, { projections, end, context, json });
      await replayAll(dataDir, { projections, end, context, json });
    });
}

interface ReplayScope extends JsonOption {
  readonly projections: readonly Projection[];
  /** The last position to apply. */
  readonly end: number | undefined;
  readonly context: CliContext;
}

/** Returns the position at which the replay ends. @throws {UsageError} when the log ends before that */
async function endOf(until: LogPoint, context: CliContext): Promise<number> {
  using log = openLogDatabase(context);
  const end = await positionOf(log.log, until);
  const head = await log.log.head();
  if (end > head) throw new UsageError(`Cannot replay until ${end}: the log ends at ${head}`);
  return end;
}

/** Locks out servers: one would apply its next event to rows of the past. */
function withoutServer(dataDir: string): ProcessLock {
  const lock = tryProcessLock(join(dataDir, "server.lock"));
  if (lock) return lock;
  throw new AppError("conflict", "Cannot replay until then: a server is using the read tables; add --into <file>");
}

async function intoFile(file: string, { projections, end, context, json }: ReplayScope): Promise<void> {
  using log = openLogDatabase(context);
  const events = await withProgress({ title: "Replaying", output: context.stderr }, (onProgress) =>
    replayInto(log.path, file, {
      projections,
      catalogue: createCatalogue(allEvents),
      ...(end === undefined ? {} : { until: end }),
      onProgress,
    }),
  );
  showResult(context, {
    json,
    result: { events, projections: namesOf(projections), file },
    lines: [`Replayed ${events} events into ${listed(projections)} of ${file}`],
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
  return namesOf(projections).join(", ");
}

function namesOf(projections: readonly Projection[]): string[] {
  return projections.map(({ name }) => name);
}

async function replayAll(dataDir: string, { projections, end, context, json }: ReplayScope): Promise<void> {
  const catalogue = createCatalogue(allEvents);
  const begin = performance.now();
  using _alone = end === undefined ? undefined : withoutServer(dataDir);
  const events = await withProgress({ title: "Replaying", output: context.stderr }, (onProgress) =>
    replay({
      dataDir,
      catalogue,
      projections,
      ...(end === undefined ? {} : { until: end }),
      onProgress,
      onWait: () => line(context.stderr, "Another process is migrating or replaying this directory: waiting for it"),
    }),
  );
  const seconds = Number(((performance.now() - begin) / 1000).toFixed(1));
  showResult(context, {
    json,
    result: { events, projections: namesOf(projections), seconds },
    lines: [`Replayed ${events} events into ${listed(projections)} in ${seconds.toFixed(1)} s`],
  });
  if (end !== undefined) {
    line(context.stderr, `The tables are as they were after event ${end}; the next start brings them up to date`);
  }
}

async function verifyAll(
  dataDir: string,
  projections: readonly Projection[],
  { context, json }: JsonOption & { readonly context: CliContext },
): Promise<void> {
  const catalogue = createCatalogue(allEvents);
  const { events, differences } = await withProgress({ title: "Verifying", output: context.stderr }, (onProgress) =>
    verify(existingDatabase(dataDir), projections, { catalogue, onProgress }),
  );
  const good = `Verified ${events} events: every row of ${listed(projections)} is as the log says`;
  showResult(context, {
    json,
    result: { events, projections: namesOf(projections), differences },
    lines: differences.length === 0 ? [good] : differences.map(describeDifference),
  });
  if (differences.length === 0) return;
  const names = [...new Set(differences.map(({ projection }) => projection))].join(", ");
  throw new FoundWrong(`Cannot confirm ${names}: rows differ from the log; 'bun run replay' builds them again`);
}
