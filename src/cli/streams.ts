import { Command, Option } from "commander";
import { listStreams } from "../event_log/mod.ts";
import { streamKinds } from "../server/registry.ts";
import { type CliContext, type JsonOption, line } from "./context.ts";
import { openLogDatabase } from "./log_database.ts";
import { parseCount } from "./log_point.ts";
import { tableLines } from "./table.ts";

interface Options extends JsonOption {
  readonly kind?: string;
  readonly limit: number;
}

/** Creates `reelog streams`: the streams of the log, those with the newest events first. */
export function streamsCommand(context: CliContext): Command {
  return new Command("streams")
    .description("lists the streams of the log, those with the newest events first")
    .addOption(new Option("--kind <kind>", "only those of one kind").choices(streamKinds))
    .option("--limit <count>", "at most so many", parseCount, 50)
    .option("--json", "one stream a line, in JSON, for programs")
    .action(({ kind, limit, json }: Options) => {
      using log = openLogDatabase(context);
      const streams = listStreams(log.db, { kind, limit });
      if (json) {
        for (const stream of streams) line(context.stdout, JSON.stringify(stream));
        return;
      }
      const rows = streams.map((row) => [row.stream, row.events, row.firstAt, row.lastAt, row.lastType]);
      const head = ["STREAM", "EVENTS", "FIRST", "LAST", "LAST EVENT"];
      for (const text of tableLines(head, rows, context.stdout)) line(context.stdout, text);
    });
}
