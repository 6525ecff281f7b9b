import { AppError } from "../core/errors.ts";
import type { Limits, Quotas } from "../core/quotas.ts";
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

type Measure = "unfinished imports" | "stored bytes" | "jobs in progress" | "log bytes";

/** The quotas of a server, and the measures of their limits. */
export interface OwnerQuotas extends Quotas {
  readonly measures: Readonly<Record<Measure, (owner: string) => number>>;
}

/** Creates the quotas of a server, over its read tables. */
export function createQuotas({ settings, usage, reserve, isOpen }: QuotaDeps): OwnerQuotas {
  function applies(limit: number): boolean {
    return limit > 0 && !isOpen();
  }

  function limit(measure: Measure, owner: string, most: number, added?: number): Limits {
    return applies(most) ? [{ measure, of: owner, most, ...(added === undefined ? {} : { added }) }] : [];
  }

  /** Returns the stored bytes with those of the log that count. */
  function allBytes(owner: string): number {
    return usage.storedBytes(owner) + Math.max(0, usage.eventBytes(owner) - FREE_EVENT_BYTES);
  }

  function tooManyBytes(owner: string, storedBytes: number): AppError {
    const { storedBytesPerOwner: most } = settings;
    return new AppError(
      "quota_exceeded",
      `Cannot store more: the owner has ${storedBytes} bytes and may have ${most} in all`,
      { storedBytes, eventBytes: usage.eventBytes(owner), mostBytes: most },
    );
  }

  const errors: Record<Measure, (limit: Limits[number], actual: number) => AppError> = {
    "unfinished imports": ({ most }) => busy(`Cannot import more now: ${most} imports of one owner may be unfinished`),
    "jobs in progress": ({ most }) =>
      busy(`Cannot start work on a job now: ${most} jobs of one owner may be in progress`),
    "log bytes": ({ of }, actual) => tooManyBytes(of, actual),
    "stored bytes": ({ most, added: sizeBytes = 0 }, actual) => {
      const storedBytes = actual - sizeBytes;
      return new AppError(
        "quota_exceeded",
        `Cannot store ${sizeBytes} bytes more: the owner has ${storedBytes} and may have ${most} in all`,
        { storedBytes, sizeBytes, mostBytes: most },
      );
    },
  };

  /** Refuses before an append what its limits would refuse. */
  function checkEarly(limits: Limits, actual: () => number): void {
    const [exceeded] = limits.filter(({ most }) => actual() > most);
    if (exceeded) throw quotas.exceeded(exceeded, actual());
  }

  const quotas: OwnerQuotas = {
    checkImports: (owner, more) => checkEarly(quotas.importLimits(owner), () => usage.pendingImports(owner) + more),
    checkNewJob: (owner) => checkEarly(quotas.jobLimits(owner), () => usage.jobsInFlight(owner) + 1),
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
      const { storedBytesPerOwner: most } = settings;
      if (applies(most) && allBytes(owner) >= most) throw tooManyBytes(owner, allBytes(owner));
    },
    checkStream(_owner, open) {
      const { streamsPerOwner: most } = settings;
      if (!applies(most) || open < most) return;
      throw busy(`Cannot open another stream: one owner may have ${most}`);
    },
    importLimits: (owner) => limit("unfinished imports", owner, settings.pendingImportsPerOwner),
    storageLimits: (owner, sizeBytes) => limit("stored bytes", owner, settings.storedBytesPerOwner, sizeBytes),
    jobLimits: (owner) => limit("jobs in progress", owner, settings.jobsPerOwner),
    logLimits: (owner) => limit("log bytes", owner, settings.storedBytesPerOwner),
    exceeded: (exceeded, actual) => {
      const error = Object.entries(errors).find(([measure]) => measure === exceeded.measure)?.[1];
      if (!error) throw new Error(`Cannot say what exceeds the limit of ${exceeded.measure}`);
      return error(exceeded, actual);
    },
    measures: {
      "unfinished imports": usage.pendingImports,
      "stored bytes": usage.storedBytes,
      "jobs in progress": usage.jobsInFlight,
      // Contents are limited where they are stored: one that fills the room exactly can still be named.
      "log bytes": (owner) => (usage.eventBytes(owner) > FREE_EVENT_BYTES ? allBytes(owner) : 0),
    },
    importsAtOnce: () => (applies(settings.importsPerOwner) ? settings.importsPerOwner : Number.POSITIVE_INFINITY),
  };
  return quotas;
}

function busy(why: string): HttpError {
  return new HttpError("rate_limited", why, { headers: { "retry-after": RETRY_SECONDS } });
}
