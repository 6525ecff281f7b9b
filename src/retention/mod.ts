/** Retention of stored contents, decided by the events of the log alone. */
export { blobsProjection } from "./blobs_projection.ts";
export { createRetention, indexContents, type Retention, type RetentionOptions } from "./retention.ts";
