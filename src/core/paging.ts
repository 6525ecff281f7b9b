import { invalid } from "./validation_errors.ts";

/** The page that a client requests. */
export type PageRequest =
  | { readonly by: "cursor"; readonly limit: number; readonly before: number }
  | {
      readonly by: "offset";
      readonly limit: number;
      readonly offset: number;
      /** The client gave an offset, so it relies on every page being as long as its limit. */
      readonly isCounted?: boolean;
    };

/** One page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The log position below which the next page begins; null at the end. */
  readonly next: number | null;
  /** The length of the whole list; null when it was not counted. */
  readonly total: number | null;
}

/** The largest page, in approximate bytes of JSON; a page with more ends early. */
export const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** The number of items that are read before their size is known. */
const FIRST_BATCH = 16;

/** The items of a page that fit into its bytes. */
export interface FittingItems<Item> {
  readonly items: readonly Item[];
  /** More items were found, and they did not fit. */
  readonly isCut: boolean;
}

/**
 * Takes items in batches until there are enough, the source ends, or the page is full. It always takes at least one, so
 * a client that follows the pages makes progress.
 *
 * @param count the most items to take
 * @param next returns the next `size` items after those already taken; fewer is the end
 */
export function takeFitting<Item>(
  count: number,
  next: (taken: readonly Item[], size: number) => readonly Item[],
): FittingItems<Item> {
  const items: Item[] = [];
  let bytes = 0;
  for (let size = Math.min(FIRST_BATCH, count); size > 0; ) {
    const batch = next(items, size);
    for (const item of batch) {
      bytes += approximateBytes(item);
      if (bytes > MAX_PAGE_BYTES && items.length > 0) return { items, isCut: true };
      items.push(item);
    }
    if (batch.length < size) break;
    const room = Math.ceil(((MAX_PAGE_BYTES - bytes) * items.length) / bytes);
    size = Math.min(Math.max(room, 1), count - items.length);
  }
  return { items, isCut: false };
}

/**
 * Refuses a page that ends early when the client relies on its length: the client would continue at `offset + limit` and
 * miss the rest.
 *
 * @throws {AppError} `validation_failed`
 */
export function assertWhole(request: PageRequest, fitting: number): void {
  if (request.by !== "offset" || !request.isCounted) return;
  const message = `must be at most ${fitting} here, because more items exceed ${MAX_PAGE_BYTES} bytes; or follow meta.nextCursor without an offset`;
  throw invalid([{ path: "limit", message }]);
}

/** Estimates the bytes of a value as JSON, much faster than by serializing it. */
function approximateBytes(value: unknown): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 5;
  let bytes = 2;
  for (const [key, each] of Object.entries(value)) bytes += key.length + 4 + approximateBytes(each);
  return bytes;
}
