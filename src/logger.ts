import { isatty } from "node:tty";
import pino, { type Logger } from "pino";
import type { Config } from "./config.ts";
import { createLineWriter } from "./core/line_writer.ts";
import { readableLine } from "./readable_line.ts";

const STDOUT = 1;

/** A logger that counts dropped lines. */
export type ServerLogger = Logger & DroppedLines;

/** The number of lines that were dropped so far. */
export interface DroppedLines {
  readonly droppedLines: () => number;
}

/** True for a terminal. `process.stdout` is not touched: it makes a pipe non-blocking, which costs lines at the exit. */
export function isReadByAPerson(): boolean {
  return isatty(STDOUT);
}

/**
 * Creates the logger of a server, without secrets and query strings: readable lines on a terminal, JSON lines anywhere
 * else. Call the logger's `flush` when the process exits.
 */
export function createLogger(level: Config["logLevel"]): ServerLogger {
  const lines = createLineWriter(STDOUT, (dropped) => {
    logger.warn({ dropped }, "log lines were dropped: the output was full, closed or not read");
  });
  const isColoured = !process.env.NO_COLOR;
  const output = isReadByAPerson()
    ? { write: (line: string) => lines.write(readableLine(line, { isColoured })) }
    : lines;
  const formatters = { level: (label: string) => ({ level: label }) };
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, output);
  return Object.assign(logger, { flush: lines.flush, droppedLines: lines.dropped });
}
