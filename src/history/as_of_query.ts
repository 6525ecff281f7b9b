import { Type } from "@sinclair/typebox";
import { invalid } from "../core/validation_errors.ts";
import type { EventReader } from "../event_log/mod.ts";

/** The query of an endpoint that can return a past state. */
export const AtQuery = Type.Object({
  at: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 40,
      description:
        "Answers what this would have answered then, from the events alone: a position of the log, or a time (RFC 3339). A time from now on is the end of the log.",
      examples: ["42"],
    }),
  ),
});

const TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Returns the position of the log that `at` means.
 *
 * @throws {AppError} `validation_failed` when it is neither a position of the log nor a time
 */
export async function asOfQuery(at: string, log: Pick<EventReader, "head" | "positionAt">): Promise<number> {
  if (/^\d{1,15}$/.test(at)) {
    const position = Number(at);
    const head = await log.head();
    if (position > head) refuse(`must be at most ${head}, the position of the last event`);
    return position;
  }
  // An unescaped plus arrives as a space.
  const text = at.replace(/ (?=\d\d:\d\d$)/, "+");
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time) || !isDayOfItsMonth(text)) {
    refuse("must be a position of the log, or a time such as 2026-11-22T10:00:00Z");
  }
  return await log.positionAt(new Date(time));
}

/** Rejects days that the month does not have: the platform's parser reads 31 February as a day in March. */
function isDayOfItsMonth(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split("-").map(Number);
  return day === new Date(Date.UTC(year, month - 1, day)).getUTCDate();
}

function refuse(message: string): never {
  throw invalid([{ path: "at", message }]);
}
