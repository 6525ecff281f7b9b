/** Backups of a data directory, made while a server runs, and data directories made of them. */
export { type BackupOptions, backup } from "./backup.ts";
export type { Manifest } from "./manifest.ts";
export { type RestoreOptions, restore } from "./restore.ts";
