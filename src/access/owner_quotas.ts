import { AppError } from "../core/errors.ts";
import type { Quotas } from "../core/quotas.ts";
import type { DiskReserve } from "../database/mod.ts";
import { HttpError, RETRY_SECONDS } from "../http/mod.ts";

/** The quotas of an owner; 0 is no limit. */
export interface QuotaSettings {
  readonly importsPerOwner: number;
  readonly pendingImportsPerOwner: number;
  readonly storedBytesPerOwner: number;
  /** The largest asset, in bytes. */
  readonly maxAssetBytes: number;
  readonly jobsPerOwner: number;
  readonly streamsPerOwner: number;
}

/** The current usage of an owner. */
export interface Usage {
  readonly pendingImports: (owner: string) => number;
  /** The bytes of the contents of assets and of the videos of jobs; thumbnails do not count. */
  readonly storedBytes: (owner: string) => number;
  /** The bytes of all events. */
  readonly eventBytes: (owner: string) => number;
  /** Jobs that are imported, planned or rendered; those that wait for people do not count. */
  readonly jobsInFlight: (owner: string) => number;
}

/** Dependencies of the quotas. */
export interface QuotaDeps {
  readonly settings: QuotaSettings;
  readonly usage: Usage;
  /** The reserve of the disk that everything is stored on. */
  readonly reserve?: Pick<DiskReserve, "checkRoom">;
  /** Returns true for an open server: it has one owner, who need not share. */
  readonly isOpen: () => boolean;
}

/** The bytes of the log that do not count: an owner with room for one small file can still describe it. */
const FREE_EVENT_BYTES = 1024 * 1024;

/** The most uploads at once: each has a connection and a file open. */
export const UPLOADS_AT_ONCE = 128;
/** The most uploads of one owner at once. */
export const UPLOADS_PER_OWNER = 32;

/** Creates the quotas of a server, over its read tables. */
export function createQuotas({ settings, usage, reserve, isOpen }: QuotaDeps): Quotas {
  function applies(limit: number): boolean {
    return limit > 0 && !isOpen();
  }

  function checkAll(owner: string, isFull: (bytes: number, most: number) => boolean): void {
    const { storedBytesPerOwner: most } = settings;
    if (!applies(most)) return;
    const eventBytes = usage.eventBytes(owner);
    const storedBytes = usage.storedBytes(owner) + Math.max(0, eventBytes - FREE_EVENT_BYTES);
    if (!isFull(storedBytes, most)) return;
    throw new AppError(
      "quota_exceeded",
      `Cannot store more: the owner has ${storedBytes} bytes and may have ${most} in all`,
      { storedBytes, eventBytes, mostBytes: most },
    );
  }

  return {
    checkImports(owner, more) {
      const { pendingImportsPerOwner: most } = settings;
      if (!applies(most) || usage.pendingImports(owner) + more <= most) return;
      throw busy(`Cannot import more now: ${most} imports of one owner may be unfinished`);
    },
    checkUploads(owner, arrivedBytes) {
      reserve?.checkRoom("take this upload");
      const { storedBytesPerOwner: most, maxAssetBytes } = settings;
      // One more may always arrive: its size, and that it is a duplicate, are known only at its end.
      if (!applies(most) || arrivedBytes <= maxAssetBytes) return;
      const room = Math.max(0, most - usage.storedBytes(owner));
      if (arrivedBytes <= room + maxAssetBytes) return;
      throw busy("Cannot take more of this upload now: those of its owner that are under way fill all of the room");
    },
    checkUploadsAtOnce(owners, all) {
      if (all > UPLOADS_AT_ONCE) throw busy(`Cannot take another upload now: ${UPLOADS_AT_ONCE} are under way`);
      if (isOpen() || owners <= UPLOADS_PER_OWNER) return;
      throw busy(`Cannot take another upload now: ${UPLOADS_PER_OWNER} of one owner may be under way`);
    },
    checkRoom(owner) {
      reserve?.checkRoom("store more");
      checkAll(owner, (bytes, most) => bytes >= most);
    },
    // Contents are checked where they are stored: one that fills the room exactly can still be named.
    checkLog: (owner) => {
      if (usage.eventBytes(owner) > FREE_EVENT_BYTES) checkAll(owner, (bytes, most) => bytes > most);
    },
    checkStored(owner, sizeBytes) {
      const { storedBytesPerOwner: most } = settings;
      if (!applies(most)) return;
      const storedBytes = usage.storedBytes(owner) - sizeBytes;
      if (storedBytes + sizeBytes <= most) return;
      throw new AppError(
        "quota_exceeded",
        `Cannot store ${sizeBytes} bytes more: the owner has ${storedBytes} and may have ${most} in all`,
        { storedBytes, sizeBytes, mostBytes: most },
      );
    },
    checkJobs(owner, more) {
      const { jobsPerOwner: most } = settings;
      if (!applies(most) || usage.jobsInFlight(owner) + more <= most) return;
      throw busy(`Cannot start work on a job now: ${most} jobs of one owner may be in progress`);
    },
    checkStream(_owner, open) {
      const { streamsPerOwner: most } = settings;
      if (!applies(most) || open < most) return;
      throw busy(`Cannot open another stream: one owner may have ${most}`);
    },
    importsAtOnce: () => (applies(settings.importsPerOwner) ? settings.importsPerOwner : Number.POSITIVE_INFINITY),
  };
}

function busy(why: string): HttpError {
  return new HttpError("rate_limited", why, { headers: { "retry-after": RETRY_SECONDS } });
}
