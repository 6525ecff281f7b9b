import { invalid } from "../../core/validation_errors.ts";
import type { PageRequest } from "../request/page_request.ts";

/** The most that the things of one page may have, in about as many bytes; a page with more of them ends early. */
export const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** So many things are looked at before it is known how large they are. */
const FIRST_LOOK = 16;

/** Things of a page, as far as they fit into its bytes. */
export interface Fitting<Thing> {
  readonly things: readonly Thing[];
  /** There were more, and they did not fit. */
  readonly isCut: boolean;
}

/**
 * Takes things piece by piece until there are enough of them, there are no more, or the page is full. One is always
 * taken, so a client that follows the pages gets on.
 *
 * @param count the most that are taken
 * @param next gives the next `size` things after those that there are; fewer is the end
 */
export function takeFitting<Thing>(
  count: number,
  next: (taken: readonly Thing[], size: number) => readonly Thing[],
): Fitting<Thing> {
  const things: Thing[] = [];
  let bytes = 0;
  for (let size = Math.min(FIRST_LOOK, count); size > 0; ) {
    const more = next(things, size);
    for (const thing of more) {
      bytes += bytesOf(thing);
      if (bytes > MAX_PAGE_BYTES && things.length > 0) return { things, isCut: true };
      things.push(thing);
    }
    if (more.length < size) break;
    const room = Math.ceil(((MAX_PAGE_BYTES - bytes) * things.length) / bytes);
    size = Math.min(Math.max(room, 1), count - things.length);
  }
  return { things, isCut: false };
}

/**
 * Refuses a page that ends early where the client counts on its length: it would go on at `offset + limit` and never
 * see what was left out.
 *
 * @throws {AppError} `validation_failed`
 */
export function assertWhole(asked: PageRequest, fitting: number): void {
  if (asked.by !== "offset" || !asked.isCounted) return;
  const message = `Must be at most ${fitting} here: more things have more than ${MAX_PAGE_BYTES} bytes; or follow meta.nextCursor without an offset`;
  throw invalid([{ path: "limit", message }]);
}

/** About how many bytes of JSON a value has, much faster than by making them. */
function bytesOf(value: unknown): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 5;
  let bytes = 2;
  for (const [key, each] of Object.entries(value)) bytes += key.length + 4 + bytesOf(each);
  return bytes;
}
