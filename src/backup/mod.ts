/** Backups of a data directory, also of a running server, and their restoration. */
export { type BackupOptions, backup } from "./backup.ts";
export type { Manifest } from "./manifest.ts";
export { type RestoreOptions, restore } from "./restore.ts";
