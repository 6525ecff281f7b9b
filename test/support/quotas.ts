import type { Quotas } from "../../src/core/quotas.ts";

/** Quotas of an open server: none. */
export const NO_QUOTAS: Quotas = {
  checkImports() {},
  checkUploads() {},
  checkUploadsAtOnce() {},
  checkRoom() {},
  checkStored() {},
  checkJobs() {},
  checkStream() {},
  checkLog() {},
  importsAtOnce: () => Number.POSITIVE_INFINITY,
};
