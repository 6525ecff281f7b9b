import { Type } from "@sinclair/typebox";
import { AppError } from "../core/errors.ts";
import { invalid } from "../core/validation_errors.ts";

/** The query parameter to resume, for clients that cannot set headers. */
export const ResumeQuery = {
  lastEventId: Type.Optional(
    Type.String({
      maxLength: 20,
      description: "As the header `Last-Event-ID`, which wins: a browser sends it when it comes back by itself.",
      examples: ["42"],
    }),
  ),
};

/**
 * Returns the position after which a client resumes; null when the request has none.
 *
 * @param head the position of the last event: a later one comes from another log, and waiting for it would lose events
 * @throws {AppError} `bad_request` for the header, `validation_failed` for the query
 */
export function resumeAfter(request: Request, lastEventId: string | undefined, head: number): number | null {
  const header = request.headers.get("last-event-id")?.trim();
  if (header !== undefined && header !== "") {
    return positionOf(
      header,
      head,
      (why) => new AppError("bad_request", `Cannot resume after this Last-Event-ID: ${why}`),
    );
  }
  if (lastEventId === undefined) return null;
  return positionOf(lastEventId, head, (why) =>
    invalid([{ path: "lastEventId", message: `must be a position: ${why}` }]),
  );
}

function positionOf(text: string, head: number, refusal: (why: string) => AppError): number {
  if (!/^\d{1,15}$/.test(text)) throw refusal("it is not the id of an event");
  const position = Number(text);
  if (position > head) throw refusal(`the last event has the id ${head}`);
  return position;
}
