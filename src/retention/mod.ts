/** Retention of stored contents, decided by the events of the log alone. */
export { createRetention, indexContents, type Retention, type RetentionOptions } from "./retention.ts";
