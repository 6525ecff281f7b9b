import pino, { type Logger } from "pino";
import type { Config } from "./config.ts";
import { createLineWriter } from "./core/line_writer.ts";

const STDOUT = 1;

/** A logger that counts dropped lines. */
export type ServerLogger = Logger & DroppedLines;

/** The number of lines that were dropped so far. */
export interface DroppedLines {
  readonly droppedLines: () => number;
}

/**
 * Creates the logger of a server: JSON lines on standard output, without secrets and query strings. Call the logger's
 * `flush` when the process exits.
 */
export function createLogger(level: Config["logLevel"]): ServerLogger {
  const lines = createLineWriter(STDOUT, (dropped) => {
    logger.warn({ dropped }, "log lines were dropped: the output was full, closed or not read");
  });
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, lines);
  return Object.assign(logger, { flush: lines.flush, droppedLines: lines.dropped });
}
