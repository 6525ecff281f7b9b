/** Which stored contents the log needs: decided by its events alone. */
export { createRetention, indexContents, type Retention, type RetentionOptions } from "./retention.ts";
