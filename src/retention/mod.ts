/** The stored contents that the log needs, decided by its events alone. */
export { blobsProjection } from "./blobs_projection.ts";
export { createRetention, indexContents, type Retention, type RetentionOptions } from "./retention.ts";
