import type { Database } from "bun:sqlite";
import { Command } from "commander";
import { trackStatements } from "../database/mod.ts";
import {
  createCommitWatch,
  type EventFilter,
  type EventReader,
  rawEvents,
  type StoredEvent,
} from "../event_log/mod.ts";
import { allEvents } from "../server/registry.ts";
import { type CliContext, drained, type JsonOption, line, type Output, UsageError } from "./context.ts";
import { openLogDatabase } from "./log_database.ts";
import { collectAll, type LogPoint, parseCount, parseLogPoint, positionOf } from "./log_point.ts";

interface Options extends JsonOption {
  readonly stream?: readonly string[];
  readonly type?: readonly string[];
  readonly owner?: string;
  readonly after?: LogPoint;
  readonly until?: LogPoint;
  readonly limit?: number;
  readonly last?: number;
  readonly follow?: true;
}

/** The interval between looks for new events, in milliseconds. */
const LOOK_EVERY_MS = 200;
const DATA_WIDTH = 72;
/** The number of events after which the command waits for its reader. */
const WAIT_EVERY = 500;

/** Creates `reelog events`, which shows the events in the log, also of a running server, and new ones as they come. */
export function eventsCommand(context: CliContext): Command {
  return new Command("events")
    .description("shows events as they were written, also while a server runs")
    .option("--stream <name>", "only of this stream, e.g. job-<id>; may be repeated", collectAll)
    .option("--type <type>", "only of this type, e.g. BlobStored; may be repeated", collectAll)
    .option("--owner <name>", "only of this owner")
    .option(
      "--after <moment>",
      "only those after this position or time, e.g. 120 or 2026-11-22T10:00:00Z",
      parseLogPoint,
    )
    .option("--until <moment>", "only those up to this position or time", parseLogPoint)
    .option("--limit <count>", "at most so many", parseCount)
    .option("--last <count>", "of those, only so many at the end", parseCount)
    .option("--follow", "goes on with what is appended, until it is interrupted")
    .option("--json", "one event a line, in JSON, for programs")
    .action(async (options: Options) => {
      using log = openLogDatabase(context);
      const show = options.json ? asJson(context.stdout) : asTable(context.stdout);
      const filter = await filterOf(log.log, options);
      // Events that are committed during the first read are left to the second.
      using statements = trackStatements(log.db);
      const hasMore = createCommitWatch(statements);
      const shown = await showAll(log.db, filter, { show, output: context.stdout });
      if (options.follow) await follow(log.db, { filter, shown, hasMore, show, output: context.stdout });
    });
}

/**
 * Returns the filter of the options.
 *
 * @throws {UsageError} for an unknown type: an empty list would suggest that no such event happened
 */
async function filterOf(
  log: EventReader,
  { stream, type, owner, after, until, limit, last }: Options,
): Promise<EventFilter> {
  const unknown = type?.find((name) => !allEvents.some((known) => known.type === name));
  if (unknown !== undefined) throw new UsageError(`Cannot show events: there is no event type '${unknown}'`);
  return {
    ...(stream === undefined ? {} : { streams: stream }),
    ...(type === undefined ? {} : { types: type }),
    ...(owner === undefined ? {} : { owner }),
    ...(after === undefined ? {} : { after: await positionOf(log, after) }),
    // A time in the future leaves the end open.
    ...(until === undefined || isToCome(until) ? {} : { until: await positionOf(log, until) }),
    ...(limit === undefined ? {} : { limit }),
    ...(last === undefined ? {} : { last }),
  };
}

function isToCome(moment: LogPoint): boolean {
  return moment instanceof Date && moment.getTime() > Date.now();
}

interface Shown {
  readonly count: number;
  readonly position: number;
}

interface Show {
  readonly show: (event: StoredEvent) => void;
  readonly output: Output;
}

async function showAll(db: Database, filter: EventFilter, { show, output }: Show): Promise<Shown> {
  let count = 0;
  let position = filter.after ?? 0;
  for (const event of rawEvents(db, filter)) {
    show(event);
    count++;
    position = event.position;
    if (count % WAIT_EVERY === 0) await drained(output);
  }
  return { count, position };
}

interface Following extends Show {
  readonly filter: EventFilter;
  readonly shown: Shown;
  readonly hasMore: () => boolean;
}

async function follow(db: Database, { filter, shown, hasMore, ...how }: Following): Promise<void> {
  const { last: _last, limit = Number.MAX_SAFE_INTEGER, ...rest } = filter;
  const interrupted = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupted.resolve);
  let isOver = false;
  void interrupted.promise.then(() => {
    isOver = true;
  });
  let { count, position } = shown;
  while (!isOver && count < limit && position < (filter.until ?? Number.MAX_SAFE_INTEGER)) {
    if (hasMore()) {
      const more = await showAll(db, { ...rest, after: position, limit: limit - count }, how);
      count += more.count;
      position = more.position;
    }
    await Promise.race([Bun.sleep(LOOK_EVERY_MS), interrupted.promise]);
  }
}

function asJson(output: Output) {
  return (event: StoredEvent) => line(output, JSON.stringify(event));
}

/** The columns without the data. */
const NARROWEST = 150;

/** Shows one event a line, or two where a terminal is narrower than the columns. */
function asTable(output: Output) {
  const { isTTY, columns } = output;
  if (isTTY && columns !== undefined && columns < NARROWEST) {
    return ({ position, recordedAt, type, stream, version, metadata, data }: StoredEvent) => {
      line(output, `${String(position).padStart(8)}  ${recordedAt}  ${type}  ${actorOf(metadata)}`);
      const second = `${" ".repeat(10)}${stream} v${version}  `;
      line(output, `${second}${shortOf(data, Math.max(0, columns - second.length))}`.trimEnd());
    };
  }
  let isFirst = true;
  return (event: StoredEvent) => {
    if (isFirst) line(output, row("POSITION", "RECORDED", "TYPE", "STREAM", "V", "ACTOR", "DATA"));
    isFirst = false;
    const { position, recordedAt, type, stream, version, metadata, data } = event;
    line(
      output,
      row(String(position), recordedAt, type, stream, String(version), actorOf(metadata), shortOf(data, DATA_WIDTH)),
    );
  };
}

/** Formats a row with usual widths: lines come one by one, so the longest is not known. */
function row(position: string, recorded: string, type: string, stream: string, ...rest: string[]): string {
  const [version = "", actor = "", data = ""] = rest;
  const start = `${position.padStart(8)}  ${recorded.padEnd(24)}  ${type.padEnd(26)}  ${stream.padEnd(45)}`;
  return `${start}  ${version.padStart(3)}  ${actor.padEnd(8)}  ${data}`.trimEnd();
}

function actorOf(metadata: unknown): string {
  const { owner, actor } = Object(metadata);
  return typeof actor !== "string" ? "?" : actor === owner ? actor : `${actor}/${owner}`;
}

/**
 * Returns the start of the data, without characters that move a terminal's cursor or turn the direction of its text;
 * JSON escapes only some.
 */
function shortOf(data: unknown, width: number): string {
  const text = (JSON.stringify(data) ?? "").replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "·");
  return Bun.stringWidth(text) <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
