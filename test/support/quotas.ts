import { AppError } from "../../src/core/errors.ts";
import type { Quotas } from "../../src/core/quotas.ts";

/** Quotas of an open server: none. */
export const NO_QUOTAS: Quotas = {
  checkImports() {},
  checkUploads() {},
  checkUploadsAtOnce() {},
  checkRoom() {},
  checkNewJob() {},
  checkStream() {},
  importLimits: () => [],
  storageLimits: () => [],
  jobLimits: () => [],
  logLimits: () => [],
  exceeded: () => new AppError("internal", "no limit can be exceeded"),
  importsAtOnce: () => Number.POSITIVE_INFINITY,
};
