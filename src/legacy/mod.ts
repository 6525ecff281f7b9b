/**
 * The import from the old backend: its SQLite file becomes events with the old ids and the original times.
 *
 * @example
 * ```ts
 * await using old = await openOldFile("ads.db");
 * const target = createStoreTarget({ store, blobs, media, fetch: false });
 * const report = await importLegacy({ tables: old.tables, target, sceneBounds: { min: 3, max: 7 } });
 * ```
 *
 * @module
 */
export { createDryTarget } from "./dry_target.ts";
export { type ImportOptions, importLegacy } from "./import_legacy.ts";
export { type OldFile, openOldFile } from "./old_file.ts";
export { type Finding, type Report, reportLines } from "./report.ts";
export { createStoreTarget } from "./store_target.ts";
