import type { ContentUse, PurgeOptions } from "./blob_store.ts";

/** Returns true when trashed content may be erased. Needed content is one copy too many: it is outside the trash, too. */
export function mayErase(
  use: ContentUse,
  trashedAt: number,
  { trashedBefore = Number.POSITIVE_INFINITY, onlyReleased = false }: PurgeOptions,
): boolean {
  if (use === "needed") return !onlyReleased;
  return trashedAt < trashedBefore && (use === "released" || !onlyReleased);
}
