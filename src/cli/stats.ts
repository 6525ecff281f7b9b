import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { Command } from "commander";
import {
  createCatalogue,
  type EventCounts,
  logStats,
  recordedAtOf,
  timeProjections,
  todoTableNames,
} from "../event_log/mod.ts";
import { allEvents, allProjections } from "../server/registry.ts";
import { type CliContext, type JsonOption, type Output, showResult } from "./context.ts";
import { type LogDatabase, openLogDatabase } from "./log_database.ts";
import { withProgress } from "./progress.ts";
import { ageText, bytesText, tableLines } from "./table.ts";

interface Options extends JsonOption {
  readonly timing: boolean;
}

/** The handlers of one projection over the whole log. */
interface Timing {
  readonly projection: string;
  /** The time spent, in milliseconds. */
  readonly spentMs: number;
}

/** The rows of one todo table. */
export interface Todo {
  readonly table: string;
  readonly rows: number;
  /** The age of the oldest row in milliseconds; null when there are no rows. */
  readonly oldestMs: number | null;
}

/** Creates `reelog stats`: the contents and size of the log, the durations of projections, and the pending work. */
export function statsCommand(context: CliContext): Command {
  return new Command("stats")
    .description("counts events by type and day, measures the log and its projections, and shows what waits to be done")
    .option("--no-timing", "without the timing of projections, which replays the log in memory")
    .option("--json", "one object, in JSON, for programs")
    .action(async ({ timing, json }: Options) => {
      using log = openLogDatabase(context);
      const stats = {
        events: await log.log.head(),
        ...logStats(log.db),
        bytes: sizeOf(log.path),
        projections: timing ? await timings(log, context) : null,
        todo: todoOf(log.db),
      };
      showResult(context, { json, result: stats, lines: textOf(stats, context.stdout) });
    });
}

interface Stats {
  readonly events: number;
  readonly streams: number;
  readonly bytes: number;
  readonly byType: EventCounts;
  readonly byDay: EventCounts;
  readonly projections: readonly Timing[] | null;
  readonly todo: readonly Todo[];
}

function textOf(stats: Stats, output: Output): string[] {
  const { events, streams, bytes, byType, byDay, projections, todo } = stats;
  const counted = (title: string, rows: EventCounts) =>
    tableLines(
      [title, "EVENTS"],
      rows.map(({ name, n }) => [name, n]),
      output,
    );
  const timed = projections?.map(({ projection, spentMs }) => [
    projection,
    Math.round(spentMs),
    events === 0 ? 0 : Math.round((spentMs / events) * 1000),
  ]);
  return [
    `${events} events of ${streams} streams, ${bytesText(bytes)} on disk with the read tables`,
    "",
    ...counted("TYPE", byType),
    "",
    ...counted("DAY", byDay),
    ...(timed ? ["", ...tableLines(["PROJECTION, THE SLOWEST FIRST", "MS IN ALL", "US AN EVENT"], timed, output)] : []),
    "",
    ...tableLines(
      ["WAITING TO BE DONE", "ROWS", "THE OLDEST"],
      todo.map(({ table, rows, oldestMs }) => [table, rows, oldestMs === null ? "" : ageText(oldestMs)]),
      output,
    ),
  ];
}

/** Returns the size of a file with its write-ahead log, in bytes. */
export function sizeOf(path: string): number {
  return [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Replays the whole log into tables in memory, with a watch on each projection's handlers. */
async function timings({ db }: LogDatabase, context: CliContext): Promise<readonly Timing[]> {
  const spentMs = await withProgress({ title: "Timing", output: context.stderr }, (onProgress) =>
    timeProjections(db, { projections: allProjections, catalogue: createCatalogue(allEvents), onProgress }),
  );
  return [...spentMs]
    .map(([projection, ms]) => ({ projection, spentMs: ms }))
    .toSorted((a, b) => b.spentMs - a.spentMs);
}

/** Returns the todo tables with their pending work. */
export function todoOf(db: Database): readonly Todo[] {
  return todoTableNames(allProjections).map((table) => {
    const found = db
      .query<{ n: number; first: number | null }, []>(`SELECT count(*) AS n, min(position) AS first FROM "${table}"`)
      .get();
    const since = recordedAtOf(db, found?.first ?? 0);
    return { table, rows: found?.n ?? 0, oldestMs: since && Date.now() - since.getTime() };
  });
}
