import { InvalidArgumentError } from "commander";
import type { EventReader } from "../event_log/mod.ts";

/** A point of the log: a position or a time. */
export type LogPoint = number | Date;

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/i;

/**
 * Reads `POSITION|TIME`: `120`, `2026-11-22` (its first moment, UTC) or an RFC 3339 time.
 *
 * @throws {InvalidArgumentError} when it is neither
 */
export function parseLogPoint(text: string): LogPoint {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const time = new Date(TIME.test(text) ? text : Number.NaN);
  // The platform's parser reads the 31st of February as a day in March.
  const day = text.slice(0, 10);
  if (Number.isNaN(time.getTime()) || new Date(day).toISOString().slice(0, 10) !== day) {
    throw new InvalidArgumentError("It must be a position of the log, or a time such as 2026-11-22T10:00:00Z.");
  }
  return time;
}

/** Returns the position of the last event up to the moment. */
export async function positionOf(log: EventReader, moment: LogPoint): Promise<number> {
  return moment instanceof Date ? await log.positionAt(moment) : moment;
}

/**
 * Reads a positive whole number.
 *
 * @throws {InvalidArgumentError} for anything else
 */
export function parseCount(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a positive whole number.");
}

/** Collects the values of an option that may be repeated. */
export function collectAll(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
