import { Command } from "commander";
import { type CliContext, line } from "./context.ts";
import { openLogDatabase } from "./log_database.ts";
import { parseCount } from "./parse_moment.ts";
import { tableLines } from "./table.ts";

interface Options {
  readonly kind?: string;
  readonly limit: number;
  readonly json?: true;
}

interface StreamRow {
  readonly stream: string;
  readonly events: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly lastType: string;
  readonly lastPosition: number;
}

/** `reelog streams`: the streams of the log, those with the newest events first. */
export function streamsCommand(context: CliContext): Command {
  return new Command("streams")
    .description("lists the streams of the log, those with the newest events first")
    .option("--kind <kind>", "only those of one kind: asset, job, client …")
    .option("--limit <count>", "at most so many", parseCount, 50)
    .option("--json", "one stream a line, in JSON, for programs")
    .action(({ kind, limit, json }: Options) => {
      using log = openLogDatabase(context);
      // Ids are UUIDs and kinds have no special characters, so what stands before the first dash is the kind.
      const streams = log.db
        .query<StreamRow, [string | null, number]>(
          `WITH last AS (
             SELECT stream, count(*) AS events, max(position) AS lastPosition, min(position) AS firstPosition
             FROM events WHERE ?1 IS NULL OR substr(stream, 1, length(?1) + 1) = ?1 || '-'
             GROUP BY stream ORDER BY lastPosition DESC LIMIT ?2)
           SELECT last.stream, last.events, first.recorded_at AS firstAt, final.recorded_at AS lastAt,
             final.type AS lastType, last.lastPosition
           FROM last JOIN events AS first ON first.position = firstPosition
           JOIN events AS final ON final.position = lastPosition ORDER BY lastPosition DESC`,
        )
        .all(kind ?? null, limit);
      if (json) {
        for (const stream of streams) line(context.stdout, JSON.stringify(stream));
        return;
      }
      const rows = streams.map((row) => [row.stream, row.events, row.firstAt, row.lastAt, row.lastType]);
      for (const text of tableLines(["STREAM", "EVENTS", "FIRST", "LAST", "LAST EVENT"], rows)) {
        line(context.stdout, text);
      }
    });
}
